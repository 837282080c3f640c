#include "minerva/network/layer_shape.hpp"

namespace minerva {

bool operator==(const LayerShape& a, const LayerShape& b) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case LayerKind::dense:
      return a.input.size() == b.input.size() && a.output.size() == b.output.size();
  }
  return false;
}

}  // namespace minerva
