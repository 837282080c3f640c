#pragma once
#include <cstddef>
#include <cstdint>

/// What a file of a user or of another program may cost at most. Every reader takes its limits from
/// here; docs/limits.md lists them with their reasons. A file beyond one of them is refused with a
/// message that names the limit, before memory or time grow with what the file claims.
namespace minerva::limits {

/// A text that is read whole: JSON, shard indices, records of trainings.
inline constexpr std::size_t kTextBytes = std::size_t{64} << 20;
/// A technology file, some hundred rows of some hundred bytes.
inline constexpr std::size_t kTechnologyBytes = std::size_t{1} << 20;

/// Arrays and objects within each other; three times what a run's files have. Printing a value takes
/// stack for every level.
inline constexpr int kJsonDepth = 30;
/// Members of one JSON object. The objects keep the order of their members, so that reading one
/// takes time with the square of their number.
inline constexpr std::size_t kJsonMembers = 1024;
/// Values of a JSON file altogether; each takes 16 to 100 bytes.
inline constexpr std::size_t kJsonValues = 4'000'000;

/// A network file. No network of fully connected layers needs more.
inline constexpr std::size_t kNetworkBytes = std::size_t{1} << 30;
/// Arrays of a network file; a file of another tool may hold more than a network.
inline constexpr std::size_t kTensors = 4096;
/// The header of a safetensors file, 4 KiB for each of kTensors.
inline constexpr std::size_t kTensorHeaderBytes = std::size_t{16} << 20;
/// What the members of an archive, or the constants of a model, become in memory altogether.
inline constexpr std::size_t kUnpackedBytes = std::size_t{2} << 30;
/// Nodes, attributes, tensors and names of an ONNX model. Each takes up to 250 bytes in memory and
/// as few as 2 in the file.
inline constexpr std::size_t kModelParts = 200'000;
/// Messages within each other of an ONNX model.
inline constexpr int kModelDepth = 30;
/// Numbers of an ONNX model that stand outside its tensors' raw bytes: as few as one byte in the
/// file, eight in memory.
inline constexpr std::size_t kModelNumbers = std::size_t{1} << 28;

/// The state of a training: the network's numbers and three more for each of them.
inline constexpr std::size_t kCheckpointBytes = 4 * kNetworkBytes + kTextBytes;

}  // namespace minerva::limits
