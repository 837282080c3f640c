#include "minerva/data/input_selection.hpp"

#include <algorithm>
#include <memory>
#include <numeric>
#include <string_view>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/data/unpacked_file.hpp"

namespace minerva {
namespace {

constexpr int kLargestStep = 4096;  // that of a window of a network

[[noreturn]] void refuse(const std::string& text, const std::string& key) {
  throw UserError(key, text,
                  "needs all, used:SHARE with a share of 0 to 1, grid:STEP or grid:STEP:SIDE in "
                  "pixels, checker or checker:SIDE, or file:PATH, such as used:0.01, grid:2:24 or "
                  "checker:24; codesign.inputs also takes learned:COUNT");
}

std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts{""};
  for (const char c : text) {
    if (c == ':') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// A number without sign or blanks; negative where it is none.
double number_of(const std::string& text) {
  if (text.empty() || text.find_first_not_of("0123456789.") != std::string::npos) return -1;
  try {
    std::size_t used = 0;
    const double value = std::stod(text, &used);
    return used == text.size() ? value : -1;
  } catch (const std::exception&) {
    return -1;
  }
}

int count_of(const std::string& text) {
  const double value = number_of(text);
  const bool whole = text.find('.') == std::string::npos && value >= 1 && value <= kLargestStep;
  return whole ? static_cast<int>(value) : 0;
}

/// Numbers of inputs, one a line.
std::vector<std::int32_t> listed_inputs(const std::string& file) {
  constexpr std::size_t kMostDigits = 9;
  TextLines lines(file);
  std::vector<std::int32_t> listed;
  for (std::string_view line; lines.next(line);) {
    const bool whole = !line.empty() && line.size() <= kMostDigits &&
                       line.find_first_not_of("0123456789") == std::string_view::npos;
    const std::int32_t input = whole ? std::stoi(std::string(line)) : -1;
    if (input < 0 || (!listed.empty() && input <= listed.back())) {
      throw UserError(lines.where(), printable(line),
                      "needs the number of an input, from 0, above that of the line before");
    }
    listed.push_back(input);
  }
  if (listed.empty()) throw UserError(file, "", "needs the number of an input on each line");
  return listed;
}

std::vector<std::int64_t> samples_with_input(const SampleInputs& inputs) {
  std::vector<std::int64_t> count(static_cast<std::size_t>(inputs.rows()), 0);
  if (inputs.is_sparse()) {
    const SparseInputs& all = inputs.sparse();
    for (Eigen::Index i = 0; i < all.nonZeros(); ++i) {
      ++count[static_cast<std::size_t>(all.innerIndexPtr()[i])];
    }
    return count;
  }
  const Eigen::MatrixXf& all = inputs.dense();
  for (Eigen::Index s = 0; s < all.cols(); ++s) {
    for (Eigen::Index j = 0; j < all.rows(); ++j) {
      if (all(j, s) != 0) ++count[static_cast<std::size_t>(j)];
    }
  }
  return count;
}

/// First pixel of a side of the image, and how many of the grid follow it.
struct GridSide {
  int first = 0;
  int pixels = 0;
};
GridSide grid_side(int extent, const InputSelection& selection) {
  const int side = selection.grid_side == 0 ? extent : selection.grid_side;
  return {(extent - side) / 2, (side + selection.grid_step - 1) / selection.grid_step};
}

std::vector<std::int32_t> grid_inputs(const TensorShape& shape, const InputSelection& selection,
                                      const std::string& key) {
  const int least = std::min(shape.height, shape.width);
  if (shape.is_vector()) {
    throw UserError(key, to_string(selection), "needs samples that are images");
  }
  if (selection.grid_side > least || selection.grid_step > least) {
    throw UserError(key, to_string(selection),
                    "needs a step and a side of at most " + std::to_string(least) +
                        " pixels for images of " + to_string(shape));
  }
  const GridSide rows = grid_side(shape.height, selection);
  const GridSide columns = grid_side(shape.width, selection);
  std::vector<std::int32_t> kept;
  for (int y = 0; y < rows.pixels; ++y) {
    for (int x = 0; x < columns.pixels; ++x) {
      if (selection.rule == InputSelection::Rule::checker && (y + x) % 2 != 0) continue;
      const int row = rows.first + y * selection.grid_step;
      const int column = columns.first + x * selection.grid_step;
      for (int c = 0; c < shape.channels; ++c) {
        kept.push_back((row * shape.width + column) * shape.channels + c);
      }
    }
  }
  return kept;
}

SampleInputs reduced(const SampleInputs& inputs, const std::vector<std::int32_t>& kept) {
  if (!inputs.is_sparse()) {
    const Eigen::MatrixXf& all = inputs.dense();
    Eigen::MatrixXf some(static_cast<Eigen::Index>(kept.size()), all.cols());
    for (Eigen::Index s = 0; s < all.cols(); ++s) {
      for (std::size_t i = 0; i < kept.size(); ++i) {
        some(static_cast<Eigen::Index>(i), s) = all(kept[i], s);
      }
    }
    return some;
  }
  const SparseInputs& all = inputs.sparse();
  std::vector<std::int32_t> place(static_cast<std::size_t>(all.rows()), -1);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    place[static_cast<std::size_t>(kept[i])] = static_cast<std::int32_t>(i);
  }
  SparseInputs some(static_cast<Eigen::Index>(kept.size()), all.cols());
  for (Eigen::Index s = 0; s < all.cols(); ++s) {
    some.startVec(s);
    for (SparseInputs::InnerIterator at(all, s); at; ++at) {
      const std::int32_t to = place[static_cast<std::size_t>(at.row())];
      if (to >= 0) some.insertBack(to, s) = at.value();
    }
  }
  some.finalize();
  return SampleInputs(std::move(some));
}

}  // namespace

InputSelection parse_input_selection(const std::string& text, const std::string& key) {
  const std::vector<std::string> parts = parts_of(text);
  InputSelection selection;
  if (parts.front() == "all" && parts.size() == 1) return selection;
  if (parts.front() == "used" && parts.size() == 2) {
    selection.rule = InputSelection::Rule::used;
    selection.used_share = number_of(parts[1]);
    if (selection.used_share < 0 || selection.used_share > 1) refuse(text, key);
    return selection;
  }
  if (parts.front() == "learned" && parts.size() == 2) {
    selection.rule = InputSelection::Rule::learned;
    selection.count = count_of(parts[1]);
    if (selection.count == 0) refuse(text, key);
    return selection;
  }
  if (parts.front() == "file" && parts.size() >= 2) {
    selection.rule = InputSelection::Rule::listed;
    const std::string path = text.substr(std::string("file:").size());
    if (path.empty()) refuse(text, key);
    selection.listed = listed_inputs(path);
    return selection;
  }
  if (parts.front() == "checker" && parts.size() <= 2) {
    selection.rule = InputSelection::Rule::checker;
    selection.grid_side = parts.size() == 2 ? count_of(parts[1]) : 0;
    if (parts.size() == 2 && selection.grid_side == 0) refuse(text, key);
    return selection;
  }
  if (parts.front() != "grid" || parts.size() < 2 || parts.size() > 3) refuse(text, key);
  selection.rule = InputSelection::Rule::grid;
  selection.grid_step = count_of(parts[1]);
  selection.grid_side = parts.size() == 3 ? count_of(parts[2]) : 0;
  if (selection.grid_step == 0 || (parts.size() == 3 && selection.grid_side == 0)) {
    refuse(text, key);
  }
  return selection;
}

std::string to_string(const InputSelection& selection) {
  switch (selection.rule) {
    case InputSelection::Rule::all:
      return "all";
    case InputSelection::Rule::used:
      return "used:" + number_text(selection.used_share);
    case InputSelection::Rule::checker:
      return std::string("checker") +
             (selection.grid_side > 0 ? ":" + std::to_string(selection.grid_side) : "");
    case InputSelection::Rule::listed:
      return "listed";
    case InputSelection::Rule::learned:
      return "learned:" + std::to_string(selection.count);
    case InputSelection::Rule::grid:
      return "grid:" + std::to_string(selection.grid_step) +
             (selection.grid_side > 0 ? ":" + std::to_string(selection.grid_side) : "");
  }
  return "";
}

std::vector<std::int32_t> selected_inputs(const Dataset& data, const InputSelection& selection,
                                          const std::string& key) {
  std::vector<std::int32_t> kept;
  switch (selection.rule) {
    case InputSelection::Rule::all:
      kept.resize(static_cast<std::size_t>(data.inputs()));
      std::iota(kept.begin(), kept.end(), 0);
      return kept;
    case InputSelection::Rule::grid:
    case InputSelection::Rule::checker:
      return grid_inputs(data.input_shape, selection, key);
    case InputSelection::Rule::listed:
      if (selection.listed.back() >= data.inputs()) {
        throw UserError(key, std::to_string(selection.listed.back()),
                        "needs numbers of inputs below " + std::to_string(data.inputs()) +
                            ", which the data have");
      }
      return selection.listed;
    case InputSelection::Rule::learned:
      throw UserError(key, to_string(selection),
                      "needs a trained network: it is a choice of codesign.inputs alone");
    case InputSelection::Rule::used:
      break;
  }
  const std::vector<std::int64_t> samples = samples_with_input(data.train.inputs);
  const auto most = selection.used_share * static_cast<double>(data.train.size());
  for (std::size_t j = 0; j < samples.size(); ++j) {
    if (static_cast<double>(samples[j]) > most) kept.push_back(static_cast<std::int32_t>(j));
  }
  if (kept.empty()) {
    throw UserError(key, to_string(selection),
                    "leaves no input: none is other than 0 in so many training samples");
  }
  return kept;
}

Dataset with_selected_inputs(const Dataset& data, const InputSelection& selection,
                             const std::string& key, std::shared_ptr<const Samples> whole_train) {
  if (selection.rule == InputSelection::Rule::all) return data;
  expects(data.whole_train == nullptr, "inputs are left out once");
  const std::vector<std::int32_t> kept = selected_inputs(data, selection, key);
  Dataset reduced_set;
  reduced_set.name = data.name;
  reduced_set.classes = data.classes;
  reduced_set.class_names = data.class_names;
  reduced_set.source = data.source;
  reduced_set.checksum = data.checksum;
  reduced_set.notes = data.notes;
  reduced_set.train_terms = data.train_terms;
  reduced_set.validation_terms = data.validation_terms;
  reduced_set.test_terms = data.test_terms;
  reduced_set.validation_held_out = data.validation_held_out;
  reduced_set.test_held_out = data.test_held_out;
  reduced_set.input_shape = TensorShape::vector(static_cast<int>(kept.size()));
  if (selection.rule == InputSelection::Rule::grid) {
    reduced_set.input_shape = {grid_side(data.input_shape.height, selection).pixels,
                               grid_side(data.input_shape.width, selection).pixels,
                               data.input_shape.channels};
  }
  for (const std::int32_t j : kept) {
    if (data.input_names.empty()) break;
    reduced_set.input_names.push_back(data.input_names[static_cast<std::size_t>(j)]);
  }
  reduced_set.recipe =
      data.recipe + ", inputs " + to_string(selection) + " (" + std::to_string(kept.size()) + ")";
  const auto part = [&](const Samples& from) {
    return Samples{reduced(from.inputs, kept), from.labels};
  };
  reduced_set.train = part(data.train);
  reduced_set.validation = part(data.validation);
  reduced_set.test = part(data.test);
  reduced_set.whole_train =
      whole_train != nullptr ? std::move(whole_train) : std::make_shared<const Samples>(data.train);
  reduced_set.whole_shape = data.input_shape;
  reduced_set.kept_inputs = kept;
  return reduced_set;
}

}  // namespace minerva
