#include "minerva/training/checkpoint.hpp"

#include <algorithm>
#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <sstream>
#include <type_traits>

#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"

namespace minerva::training {
namespace {

constexpr const char* kCheckpointName = "minerva-checkpoint-1\n";
constexpr const char* kRecordName = "minerva-training-2\n";
constexpr const char* kDigestLabel = "sha256 ";
constexpr std::size_t kDigestDigits = 64;

class Writer {
 public:
  template <typename T>
  void number(T value) {
    static_assert(std::is_arithmetic_v<T>);
    char raw[sizeof value];
    std::memcpy(raw, &value, sizeof value);
    bytes.append(raw, sizeof value);
  }
  void floats(const std::vector<float>& values) {
    number(static_cast<std::uint64_t>(values.size()));
    bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
  }
  std::string bytes;
};

class Reader {
 public:
  Reader(const std::string& bytes, std::size_t at, std::size_t end, const std::string& where)
      : bytes_(bytes), at_(at), end_(end), where_(where) {}
  template <typename T>
  T number() {
    T value;
    std::memcpy(&value, take(sizeof value), sizeof value);
    return value;
  }
  std::vector<float> floats() {
    const auto count = number<std::uint64_t>();
    if (count > (end_ - at_) / sizeof(float)) damaged();
    std::vector<float> values(count);
    const char* from = take(count * sizeof(float));
    if (count > 0) std::memcpy(values.data(), from, count * sizeof(float));
    return values;
  }
  void expect_end() const {
    if (at_ != end_) damaged();
  }
  [[noreturn]] void damaged() const { throw DamagedTraining(where_, "is damaged"); }

 private:
  const char* take(std::size_t count) {
    if (count > end_ - at_) damaged();
    at_ += count;
    return bytes_.data() + at_ - count;
  }

  const std::string& bytes_;
  std::size_t at_;
  std::size_t end_;
  const std::string& where_;
};

[[noreturn]] void refuse_key(const std::string& where, const std::string& found,
                             const std::string& key) {
  throw UserError(where, found.substr(0, 16),
                  "is of a training with other options or data; needs " + key.substr(0, 16));
}

}  // namespace

std::string checkpoint_bytes(const std::string& key, const TrainingState& state) {
  Writer w;
  w.bytes = kCheckpointName + key + "\n";
  w.number(static_cast<std::uint64_t>(state.history.size()));
  for (const EpochRecord& e : state.history) {
    w.number(static_cast<std::int64_t>(e.epoch));
    w.number(e.loss);
    w.number(e.validation_wrong);
    w.number(e.validation_loss);
  }
  w.number(state.step);
  w.number(state.next_sample);
  w.number(state.epoch_loss);
  w.number(static_cast<std::int64_t>(state.best_epoch));
  w.floats(state.parameters);
  w.floats(state.first);
  w.floats(state.second);
  w.floats(state.best);
  return w.bytes + sha256(w.bytes.data(), w.bytes.size());
}

TrainingState state_from_checkpoint(const std::string& bytes, const std::string& key,
                                    const std::string& where) {
  const std::string name = kCheckpointName;
  const std::size_t body = name.size() + kDigestDigits + 1;
  if (bytes.compare(0, name.size(), name) != 0 || bytes.size() < body + kDigestDigits) {
    throw DamagedTraining(where, "is not a checkpoint of this program's version, or is cut short");
  }
  const std::size_t end = bytes.size() - kDigestDigits;
  Reader r(bytes, body, end, where);
  if (sha256(bytes.data(), end) != bytes.substr(end)) r.damaged();
  const std::string found = bytes.substr(name.size(), kDigestDigits);
  if (found != key) refuse_key(where, found, key);
  TrainingState state;
  const auto epochs = r.number<std::uint64_t>();
  if (epochs > bytes.size()) r.damaged();
  for (std::uint64_t i = 0; i < epochs; ++i) {
    EpochRecord e;
    e.epoch = static_cast<int>(r.number<std::int64_t>());
    e.loss = r.number<double>();
    e.validation_wrong = r.number<std::int64_t>();
    e.validation_loss = r.number<double>();
    state.history.push_back(e);
  }
  state.step = r.number<std::uint64_t>();
  state.next_sample = r.number<std::int64_t>();
  state.epoch_loss = r.number<double>();
  state.best_epoch = static_cast<int>(r.number<std::int64_t>());
  state.parameters = r.floats();
  state.first = r.floats();
  state.second = r.floats();
  state.best = r.floats();
  r.expect_end();
  for (const std::vector<float>* numbers : {&state.parameters, &state.best}) {
    if (!std::all_of(numbers->begin(), numbers->end(), [](float v) { return std::isfinite(v); })) {
      throw DamagedTraining(where, "holds parameters that are not finite");
    }
  }
  return state;
}

std::string record_text(const TrainingRecord& record) {
  std::ostringstream text;
  text << kRecordName << "key " << record.key << "\nrecipe " << record.recipe << "\nfinished "
       << (record.finished ? 1 : 0) << "\nbest_epoch " << record.best_epoch << "\ndiverged "
       << record.diverged_epoch << " " << record.diverged_step << "\nvalidation_wrong "
       << record.validation_wrong.value_or(-1) << "\ntest_wrong " << record.test_wrong.value_or(-1)
       << "\nepochs " << record.history.size() << "\n";
  for (const EpochRecord& e : record.history) {
    char line[120];
    std::snprintf(line, sizeof line, "%d %.17g %" PRId64 " %.17g\n", e.epoch, e.loss,
                  e.validation_wrong, e.validation_loss);
    text << line;
  }
  const std::string lines = text.str();
  return lines + kDigestLabel + sha256(lines.data(), lines.size()) + "\n";
}

TrainingRecord record_from_text(const std::string& text, const std::string& key,
                                const std::string& where) {
  const std::string name = kRecordName;
  if (text.compare(0, name.size(), name) != 0) {
    throw DamagedTraining(where, "is not a training's record of this program's version");
  }
  const auto damaged = [&] { throw DamagedTraining(where, "is damaged"); };
  const std::string label_of_digest = kDigestLabel;
  const std::size_t digest_line = label_of_digest.size() + kDigestDigits + 1;
  if (text.size() < name.size() + digest_line) damaged();
  const std::size_t end = text.size() - digest_line;
  if (text.substr(end) != label_of_digest + sha256(text.data(), end) + "\n") damaged();
  std::istringstream in(text.substr(name.size(), end - name.size()));
  const auto label = [&](const char* expected) {
    std::string word;
    if (!(in >> word) || word != expected) damaged();
  };
  TrainingRecord record;
  label("key");
  in >> record.key;
  if (record.key != key) refuse_key(where, record.key, key);
  label("recipe");
  in >> std::ws;
  std::getline(in, record.recipe);
  std::int64_t validation_wrong = -1;
  std::int64_t test_wrong = -1;
  std::size_t epochs = 0;
  label("finished");
  in >> record.finished;
  label("best_epoch");
  in >> record.best_epoch;
  label("diverged");
  in >> record.diverged_epoch >> record.diverged_step;
  label("validation_wrong");
  in >> validation_wrong;
  label("test_wrong");
  in >> test_wrong;
  label("epochs");
  in >> epochs;
  for (std::size_t i = 0; in && i < epochs; ++i) {
    EpochRecord e;
    in >> e.epoch >> e.loss >> e.validation_wrong >> e.validation_loss;
    record.history.push_back(e);
  }
  if (validation_wrong >= 0) record.validation_wrong = validation_wrong;
  if (test_wrong >= 0) record.test_wrong = test_wrong;
  // Written again it is the same: nothing stands in it twice, left out or in another way.
  if (!in || record.finished != record.validation_wrong.has_value() ||
      record_text(record) != text) {
    damaged();
  }
  return record;
}

}  // namespace minerva::training
