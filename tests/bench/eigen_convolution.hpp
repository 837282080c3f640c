#pragma once
#include <vector>

namespace minerva {

/// A convolution, a dense layer (a window as large as the map) or a maximum of windows without
/// overlap, for the float opponent of the graph engine. Maps lie channels last, a column a pixel.
struct FloatStage {
  bool pool = false;
  int height = 1, width = 1, channels = 1;  ///< of the input
  int kernel = 1, padding = 0, stride = 1, filters = 0;
  bool relu = true;
  const float* weights = nullptr;  ///< filters x kernel * kernel * channels, column-major
  const float* biases = nullptr;
};

/// Outputs by rows of patches and Eigen's matrix products on one thread, with the best instructions
/// that this machine has. `inputs` and `outputs`: a column a sample.
void eigen_convolution(const std::vector<FloatStage>& stages, const float* inputs, int samples,
                       float* outputs);

}  // namespace minerva
