#pragma once
#include <onnx/onnx_pb.h>

#include <string>

#include "qonnx/layer_quants.hpp"

namespace minerva {

class OnnxConstants;

/// Whether a node is a Quant of QONNX, by its newer name IntQuant or in the domain of Brevitas,
/// too.
bool is_quant(const onnx::NodeProto& node);

/// What a Quant node makes of its first input. Throws UserError naming `file` and the node (`what`)
/// for parameters that are no constants, and for what the machine cannot do: a scale that is no
/// power of two or differs from number to number, a zero point, a signal of one bit or of more than
/// 32.
QuantSignal quant_signal(const onnx::NodeProto& node, OnnxConstants& constants,
                         const std::string& what, const std::string& file);

}  // namespace minerva
