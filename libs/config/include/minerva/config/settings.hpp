#pragma once
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "minerva/base/enum_names.hpp"
#include "minerva/config/setting_text.hpp"

namespace minerva {

/// How the results of a run depend on a key.
enum class KeyEffect {
  none,     ///< no result depends on it: threads, folders, what is printed
  content,  ///< stages depend on what it leads to (samples, a technology, an error bound), which is
            ///< compared itself, so that another way to the same content changes nothing
  value     ///< the stages that read it depend on its value
};

/// One key of a run, as tables and messages show it.
struct SettingInfo {
  std::string key;  ///< "section.name"
  std::string type;
  std::string default_text;  ///< the bound variable's value when the key was added
  std::string unit;          ///< empty for words, paths and switches
  std::string allowed;
  std::string meaning;
  std::string source;                   ///< where the default comes from; may be empty
  std::vector<std::string> words = {};  ///< all it may be, of a word or a switch
  KeyEffect effect = KeyEffect::none;
  std::vector<std::string> readers = {};  ///< ids of the stages that read it; of KeyEffect::value

  std::string section() const { return key.substr(0, key.find('.')); }
  /// "train, noise", "by content" or "none", as tables show it.
  std::string readers_text() const;
};

class KeyRows;

/// The registry of every key of a run. A key is added as one row of KeyRows, which says who reads
/// it. It is bound to a variable of an options struct; the
/// variable's value is the default. Settings come from config files (`[section]`, `name = value`,
/// `#` starts a comment) and then from the command line, whose value wins. A line `include = PATH`
/// before the first section reads another config first, whose values the lines below override; the
/// path is relative to the including file. Keys are known, given once in a file, and inside their
/// range, or a UserError names file and line or option, value and what is allowed.
class Settings {
 public:
  /// Adds keys whose values the named stages read. There is at least one.
  KeyRows read_by(const std::vector<std::string>& stages);
  /// Adds keys that count by the content they lead to.
  KeyRows by_content();
  /// Adds keys on which no result depends.
  KeyRows without_effect();

  /// A second, short spelling on the command line: alias("out", "run.out") makes `--out DIR`.
  void alias(const std::string& option, const std::string& key);
  /// A second key for the value of `key`, in another unit, in config files and on the command line:
  /// the value is translated when it is read, and every table and config shows `key` alone. One
  /// source may give one of the two. `translate` takes the text and the place for messages.
  void other_unit(
      const std::string& name, const std::string& key,
      std::function<std::string(const std::string& text, const std::string& where)> translate);
  /// Names of a section that are no keys until someone gives them a value, since there are too many
  /// of them, such as the rows of a technology file. Each has a value of text, in one line.
  struct OpenSection {
    std::vector<std::string> names;  ///< "row" stands for row[..], too
    SettingInfo info;                ///< of every one; its key is the section
    /// Takes a value and checks its form; an empty text takes it back.
    std::function<void(const std::string& name, const std::string& text, const std::string& where)>
        set;
  };
  void open_section(OpenSection section);
  /// Says that a key had another name in an earlier version: who uses that one is told the new one.
  void rename(const std::string& old_key, const std::string& key);
  /// Short spellings of a key.
  std::vector<std::string> aliases_of(const std::string& key) const;

  /// Sets what a config file, and those that it includes, say.
  void read_config_file(const std::string& path);
  /// As read_config_file, of a text; `file` stands in messages, and its folder is where included
  /// files are sought.
  void read_config_text(const std::string& text, const std::string& file);

  /// A command line taken apart: names checked, values not yet.
  struct CommandLine {
    std::vector<std::string> positional;                       ///< in order
    std::vector<std::pair<std::string, std::string>> options;  ///< key and value, in order
  };
  /// `--section.name=value` or `--section.name value`; nothing is abbreviated. `other_options`,
  /// which the caller has taken out before, are known to the message about a misspelt one.
  CommandLine parse_command_line(const std::vector<std::string>& arguments,
                                 const std::vector<std::string>& other_options = {}) const;
  /// Sets what the command line says: call it after read_config_file.
  void apply(const CommandLine& command_line);
  /// Sets a value that comes from elsewhere; `origin` names that and stands in messages.
  void set(const std::string& key, const std::string& text, const std::string& origin);

  /// What origin() answers for values of the command line and for those nothing set.
  static constexpr const char* kCommandLine = "command line";
  static constexpr const char* kDefault = "default";
  /// Where the present value was set: FILE:LINE, one of the above, or what set() was told.
  const std::string& origin(const std::string& key) const;

  bool has(const std::string& key) const { return index_.count(key) != 0; }
  /// Whether a key may be given a value: it is there, is another unit of one that is, or belongs to
  /// an open section.
  bool accepts(const std::string& key) const;
  /// The key whose value a name sets: that of another unit, or the name itself.
  const std::string& key_of(const std::string& name) const;
  /// The present value as text; the key must exist.
  std::string text(const std::string& key) const;
  /// Every key in order of registration.
  std::vector<SettingInfo> table() const;
  /// One row of it; the key must exist.
  const SettingInfo& info(const std::string& key) const { return setting(key).info; }
  /// Keys whose value a stage reads, in order of registration.
  std::vector<std::string> keys_read_by(const std::string& stage) const;
  /// Keys on which no result depends, in order of registration.
  std::vector<std::string> keys_without_effect() const;
  /// Sections in order of their first key.
  std::vector<std::string> sections() const;
  /// The complete config: every key with its unit as a comment, grouped by section; reads back to
  /// the same settings.
  std::string resolved() const;
  enum class Shown { every_key, changed };
  /// As resolved, with the origin of each value behind its unit; `changed` leaves out the keys that
  /// have their default. Reads back to the same settings.
  std::string resolved_with_origins(Shown shown) const;
  /// The table of every key in Markdown (configs/KEYS.md).
  std::string markdown_table() const;

 private:
  friend class KeyRows;
  struct Setting {
    SettingInfo info;
    std::function<std::string()> text;
    std::function<void(const std::string& text, const std::string& where)> set;
    std::string origin = kDefault;
    bool of_open_section = false;  ///< there for as long as it has a value
  };
  struct OtherUnit {
    std::string key;
    std::function<std::string(const std::string&, const std::string&)> translate;
  };
  void insert(SettingInfo info, std::function<std::string()> text,
              std::function<void(const std::string&, const std::string&)> set);
  [[noreturn]] void reject_unknown(const std::string& where, const std::string& key,
                                   const std::vector<std::string>& other_words) const;
  const Setting& setting(const std::string& key) const;
  std::string config_text(const std::function<bool(const Setting&)>& shows,
                          const std::function<std::string(const Setting&)>& comment) const;
  void change(const std::string& name, const std::string& text, const std::string& where,
              const std::string& origin);
  /// The open section that has the key; null: none.
  const OpenSection* open_section_of(const std::string& key) const;
  void insert_of_open_section(const std::string& key, const OpenSection& section);

  std::vector<Setting> settings_;
  std::map<std::string, std::size_t> index_;
  std::map<std::string, std::string> aliases_;
  std::map<std::string, std::string> renamed_;  ///< old key to present one
  std::map<std::string, OtherUnit> other_units_;
  std::map<std::string, OpenSection> open_sections_;  ///< by section
};

/// Adds keys with the same readers to a registry. A row is one call: key, variable, range, unit,
/// what it means in whole sentences, and where its default comes from.
class KeyRows {
 public:
  /// Numbers. `unit` is a word such as "epochs", or "1" for a pure number.
  void add(const std::string& key, int* value, Range<int> range, const std::string& unit,
           const std::string& meaning, const std::string& source = "") const;
  void add(const std::string& key, std::int64_t* value, Range<std::int64_t> range,
           const std::string& unit, const std::string& meaning,
           const std::string& source = "") const;
  void add(const std::string& key, std::uint64_t* value, Range<std::uint64_t> range,
           const std::string& unit, const std::string& meaning,
           const std::string& source = "") const;
  void add(const std::string& key, double* value, Range<double> range, const std::string& unit,
           const std::string& meaning, const std::string& source = "") const;
  /// Lists as parse_numbers reads them; `items` bounds their number, `range` each item.
  void add(const std::string& key, std::vector<int>* values, Range<int> range, Range<int> items,
           const std::string& unit, const std::string& meaning, const std::string& source = "",
           Repeats repeats = Repeats::refused) const;
  void add(const std::string& key, std::vector<double>* values, Range<double> range,
           Range<int> items, const std::string& unit, const std::string& meaning,
           const std::string& source = "", Repeats repeats = Repeats::refused) const;
  void add(const std::string& key, std::vector<Topology>* values, Range<int> items,
           const std::string& meaning, const std::string& source = "") const;
  void add(const std::string& key, Topology* value, const std::string& meaning,
           const std::string& source = "") const;
  /// true or false.
  void add(const std::string& key, bool* value, const std::string& meaning,
           const std::string& source = "") const;
  /// A name or path in one line without '#' and without blanks at its ends. Empty is allowed where
  /// `empty_means` says what it stands for.
  void add(const std::string& key, std::string* value, const std::string& empty_means,
           const std::string& meaning, const std::string& source = "") const;
  /// One of a closed set of words: an enumeration with names (base/enum_names.hpp), of which
  /// `allowed` are allowed, or all.
  template <typename Enum>
  void add_choice(const std::string& key, Enum* value, const std::string& meaning,
                  const std::string& source = "") const {
    std::vector<Enum> all;
    for (const EnumName<Enum>& each : enum_names(Enum{})) all.push_back(each.value);
    add_choice_of(key, value, all, meaning, source);
  }
  template <typename Enum>
  void add_choice(const std::string& key, Enum* value, std::initializer_list<Enum> allowed,
                  const std::string& meaning, const std::string& source = "") const {
    add_choice_of(key, value, std::vector<Enum>(allowed), meaning, source);
  }
  /// One of a closed set of words: `get` names the present one, `set` takes the index of another.
  void add_words(const std::string& key, const std::vector<std::string>& words,
                 std::function<std::string()> get, std::function<void(std::size_t)> set,
                 const std::string& meaning, const std::string& source = "") const;

 private:
  friend class Settings;
  KeyRows(Settings& settings, KeyEffect effect, std::vector<std::string> readers)
      : settings_(&settings), effect_(effect), readers_(std::move(readers)) {}
  template <typename Enum>
  void add_choice_of(const std::string& key, Enum* value, const std::vector<Enum>& allowed,
                     const std::string& meaning, const std::string& source) const {
    std::vector<std::string> words;
    for (const Enum each : allowed) words.emplace_back(to_string(each));
    add_words(
        key, words, [value] { return std::string(to_string(*value)); },
        [value, allowed](std::size_t chosen) { *value = allowed[chosen]; }, meaning, source);
  }
  void insert(SettingInfo info, std::function<std::string()> text,
              std::function<void(const std::string&, const std::string&)> set) const;

  Settings* settings_;
  KeyEffect effect_;
  std::vector<std::string> readers_;
};

}  // namespace minerva
