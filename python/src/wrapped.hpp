#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "minerva/accelsim/technology.hpp"
#include "minerva/data/dataset.hpp"
#include "minerva/design/counts.hpp"
#include "minerva/design/design.hpp"
#include "minerva/interchange/named_tensors.hpp"

// What Python holds of the libraries: values that never change, shared with the arrays over them.
namespace minerva::python {

struct SampleSet {
  std::shared_ptr<const Samples> samples;
};

struct LoadedData {
  std::shared_ptr<const Dataset> set;
};

struct LoadedNetwork {
  std::shared_ptr<const GraphNetwork> network;
  std::string format;              ///< of the file; empty: no file
  std::vector<std::string> notes;  ///< of its reader
  std::optional<PlanFile> plan;    ///< of the file's Quant nodes
};

struct LoadedTechnology {
  std::shared_ptr<const Technology> technology;
  std::string path;
  std::map<std::string, std::string> rows;  ///< that have other values than in the file
};

struct Activity {
  ActivityProfile profile;
};

}  // namespace minerva::python
