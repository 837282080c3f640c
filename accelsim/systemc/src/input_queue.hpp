#pragma once
#include <vector>

#include "machine_state.hpp"

namespace minerva {

/// The queue between F1 and F2 of a machine that reads ahead: its head is the register F1 | F2, and
/// the other words wait in places that are used in turn. A word goes with its place in the network.
class InputQueue {
 public:
  explicit InputQueue(MachineState& machine);

  /// A chunk that F1 keeps whole would find its places. F2 takes the head in this cycle, and the
  /// next word moves there.
  bool has_room() const;
  /// The kept words of a chunk, whose codes are `codes`; of a group's last chunk one without a
  /// product where none is kept, since it ends the group.
  void put(const Operation& chunk, const std::vector<int>& codes);
  /// Sets the register F1 | F2. @param more F1 has chunks of the layer to read
  void show_head(bool more);

 private:
  struct Word {
    Operation op;
    int code = 0;
  };
  void put(const Word& word);

  MachineState& machine_;
  const int words_;                    ///< of the queue, the head among them
  bool begins_group_ = true;           ///< no word of the group was queued yet
  std::vector<Operation> operations_;  ///< of the words in machine_.queued_words
  std::size_t first_ = 0;              ///< of the places: the one whose word came first
  int waiting_ = 0;                    ///< words in places
  std::vector<Word> coming_;           ///< words of this cycle
};

}  // namespace minerva
