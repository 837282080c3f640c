#include "completion_command.hpp"

#include "minerva/run/output.hpp"
#include "minerva/base/errors.hpp"
#include "settings_of_call.hpp"

namespace minerva::flow {
namespace {

// Bash takes a word apart at '=' (COMP_WORDBREAKS): the words are put together again, and of an
// answer only what stands behind the last break is handed back.
constexpr const char* kBash = R"(# Completion of minerva for bash: source <(minerva completion bash)
_minerva() {
  local -a words=()
  local i word joins=0
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ $word == = || $joins == 1 ]] && ((${#words[@]} > 0)); then
      words[-1]+=$word
    else
      words+=("$word")
    fi
    if [[ $word == = ]]; then joins=1; else joins=0; fi
  done
  # The word under the cursor may be quoted or begin with ~; the program reads it as it stands.
  local whole=${words[-1]} behind=''
  if [[ $COMP_WORDBREAKS == *=* && $whole == *=* ]]; then behind=${whole%=*}=; fi
  COMPREPLY=()
  while IFS= read -r word; do
    COMPREPLY+=("${word#"$behind"}")
  done < <("${COMP_WORDS[0]}" --complete "${words[@]}" 2>/dev/null)
  local goes_on=1
  for word in "${COMPREPLY[@]}"; do
    [[ $word == *[=/] ]] || goes_on=0
  done
  if ((goes_on)); then compopt -o nospace 2>/dev/null; fi
  for i in "${!COMPREPLY[@]}"; do
    if [[ ${COMPREPLY[i]#\~/} == *[!A-Za-z0-9,._=/:+-]* ]]; then
      printf -v "COMPREPLY[$i]" %q "${COMPREPLY[i]}"
    fi
  done
}
complete -F _minerva minerva
)";

constexpr const char* kZsh = R"(#compdef minerva
# Completion of minerva for zsh: source <(minerva completion zsh), or as _minerva in $fpath.
_minerva() {
  local -a answers going_on whole
  local answer
  answers=("${(@f)$("${words[1]}" --complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  for answer in "${answers[@]}"; do
    case $answer in
      '') ;;
      *[=/]) going_on+=("$answer") ;;
      *) whole+=("$answer") ;;
    esac
  done
  (( ${#going_on} )) && compadd -S '' -- "${going_on[@]}"
  (( ${#whole} )) && compadd -- "${whole[@]}"
}
if [[ $funcstack[1] == _minerva ]]; then
  _minerva "$@"
else
  compdef _minerva minerva
fi
)";

constexpr const char* kFish = R"(# Completion of minerva for fish: minerva completion fish | source
function __minerva_complete
    set -l words (commandline -opc)
    set -l program $words[1]
    set -e words[1]
    $program --complete $words (commandline -ct | string collect --allow-empty) 2>/dev/null
end
complete -c minerva -f -a '(__minerva_complete)'
)";

}  // namespace

int completion_command(const CommandCall& call) {
  const std::string shell = parse_arguments(call).front();
  if (shell != "bash" && shell != "zsh" && shell != "fish") {
    throw UserError("completion", shell, "needs one of bash, zsh, fish");
  }
  print_always(shell == "bash" ? kBash : shell == "zsh" ? kZsh : kFish);
  return 0;
}

}  // namespace minerva::flow
