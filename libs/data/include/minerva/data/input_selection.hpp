#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "minerva/data/dataset.hpp"

namespace minerva {

/// Which inputs of a sample are read at all. The inputs that are left out have no word in the input
/// memory and no weight, so they cost neither reads nor cycles.
///   all            every input
///   used:SHARE     those that are not 0 in more than this share of the training samples
///   grid:STEP      of images, every STEP-th pixel of every STEP-th row, beginning with the first
///   grid:STEP:SIDE the same within the SIDE x SIDE pixels in the middle of the image
///   checker[:SIDE] of images, every second pixel of every row as on a checkerboard, of the whole
///                  image or of the SIDE x SIDE pixels in its middle
///   file:PATH      those whose numbers, from 0, the file has, one a line, ascending
///   learned:COUNT  so many, by what a trained network makes of them; whoever has one turns this
///                  rule into a list (codesign)
struct InputSelection {
  enum class Rule { all, used, grid, checker, listed, learned };
  Rule rule = Rule::all;
  double used_share = 0;  ///< of `used`, 0 to 1
  int grid_step = 1;      ///< of `grid`, in pixels
  int grid_side = 0;      ///< of `grid` and `checker`, in pixels; 0: the whole image
  std::vector<std::int32_t> listed;  ///< of `listed`, ascending
  int count = 0;                     ///< of `learned`
};

/// Reads one of the texts above. Throws UserError naming `key` for any other text, and the file for
/// one that has no such list.
InputSelection parse_input_selection(const std::string& text, const std::string& key);
std::string to_string(const InputSelection& selection);

/// The numbers of the inputs that are read, ascending. `used` looks at data.train alone. Throws
/// UserError naming `key` for a grid of samples that are no images, or one that is larger than the
/// image, for a listed input that the data have not, for a selection that leaves no input, and for
/// `learned`.
std::vector<std::int32_t> selected_inputs(const Dataset& data, const InputSelection& selection,
                                          const std::string& key);

/// The data set with these inputs alone, in all three parts. A grid of images gives smaller images;
/// every other selection gives vectors. The whole training samples stay reachable as
/// Dataset::whole_train, since images are distorted before pixels are left out; they are
/// `whole_train` where that is given, so that several selections share one copy.
Dataset with_selected_inputs(const Dataset& data, const InputSelection& selection,
                             const std::string& key,
                             std::shared_ptr<const Samples> whole_train = nullptr);

}  // namespace minerva
