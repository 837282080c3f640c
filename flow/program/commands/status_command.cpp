#include "status_command.hpp"

#include <map>

#include "json_output.hpp"
#include "planned_work.hpp"

namespace minerva::flow {
namespace {

constexpr std::size_t kMostShardsShown = 10;

std::vector<std::size_t> numbers_in(const PlanStatus& status, ShardState state) {
  std::vector<std::size_t> numbers;
  for (std::size_t k = 0; k < status.shards.size(); ++k) {
    if (status.shards[k].state == state) numbers.push_back(k);
  }
  return numbers;
}

std::string line(const std::string& name, std::size_t count, const std::string& rest) {
  std::string text = name;
  text.resize(9, ' ');
  const std::string number = std::to_string(count);
  return text + std::string(number.size() < 7 ? 7 - number.size() : 0, ' ') + number +
         (rest.empty() ? "" : "  " + rest) + "\n";
}

std::string status_text(const PlanFolder& folder, const PlanStatus& status) {
  std::string text = "minerva " + folder.plan().command + ", " +
                     std::to_string(folder.plan().units) + " " + folder.plan().unit + " in " +
                     std::to_string(folder.shards()) + " shards\n";
  for (const ShardState state :
       {ShardState::there, ShardState::running, ShardState::missing, ShardState::damaged}) {
    const std::vector<std::size_t> numbers = numbers_in(status, state);
    const bool named = state != ShardState::there && !numbers.empty();
    text += line(to_string(state), numbers.size(), named ? numbers_text(numbers) : "");
    if (state != ShardState::running && state != ShardState::damaged) continue;
    for (std::size_t i = 0; i < std::min(numbers.size(), kMostShardsShown); ++i) {
      text +=
          "  shard " + std::to_string(numbers[i]) + ": " + status.shards[numbers[i]].note + "\n";
    }
    if (numbers.size() > kMostShardsShown) {
      text += "  and " + std::to_string(numbers.size() - kMostShardsShown) + " more\n";
    }
  }
  if (!status.foreign.empty()) {
    text += line("foreign", status.foreign.size(), "files in shards/ that are not of this plan");
    for (std::size_t i = 0; i < std::min(status.foreign.size(), kMostShardsShown); ++i) {
      text += "  " + status.foreign[i] + "\n";
    }
  }
  if (status.count(ShardState::there) == folder.shards() && status.foreign.empty()) {
    text += "complete: minerva merge " + folder.path() + "\n";
  }
  return text;
}

}  // namespace

int status_command(const CommandCall& call) {
  const PlanFolder folder(plan_folder_of(call));
  const PlanStatus status = look_at(folder, call.has("verify") ? Look::at_all : Look::at_ends);
  print_text(status_text(folder, status));
  Json document = {{"schema", "minerva-plan-status-1"},
                   {"command", folder.plan().command},
                   {"shards", folder.shards()},
                   {"there", status.count(ShardState::there)}};
  for (const ShardState state : {ShardState::running, ShardState::missing, ShardState::damaged}) {
    document[to_string(state)] = numbers_in(status, state);
  }
  document["foreign"] = status.foreign;
  document["complete"] =
      status.count(ShardState::there) == folder.shards() && status.foreign.empty();
  print_document(document);
  return 0;
}

}  // namespace minerva::flow
