#pragma once
#include <string>

#include "minerva/dse/explored_point.hpp"
#include "minerva/dse/space.hpp"

namespace minerva::dse {

/// 784-256-256-256-10 at 16 bits with public40, the book's MNIST before optimization.
inline const DatapathWidths kBookWidths{16, 16, 16, 26};

inline const Technology& technology() {
  static const Technology read =
      read_technology(std::string(MINERVA_SOURCE_DIR) + "/configs/tech/public40.cfg");
  return read;
}

inline Problem book() {
  Problem problem;
  problem.network = Topology{{784, 256, 256, 256, 10}};
  problem.widths = kBookWidths;
  problem.technology = &technology();
  return problem;
}

inline Grid grid_of(const Space& space) { return {space, book().hardware(), technology()}; }

}  // namespace minerva::dse
