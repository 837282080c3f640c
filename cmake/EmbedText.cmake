# minerva_embed_text(VARIABLE FILE): a C++ source, named in VARIABLE, that defines
# `extern const std::string_view VARIABLE` of namespace minerva::embedded with the bytes of FILE.
# As a script (cmake -DNAME= -DFROM= -DTO= -P EmbedText.cmake) it writes that source.
if(CMAKE_SCRIPT_MODE_FILE)
  file(READ ${FROM} text)
  # A raw string ends at its mark and turns CR LF into LF; neither stands in what we embed.
  string(FIND "${text}" ")embed\"" end)
  string(ASCII 13 carriage_return)
  string(FIND "${text}" "${carriage_return}" carriage_returns)
  if(NOT end EQUAL -1 OR NOT carriage_returns EQUAL -1)
    message(FATAL_ERROR "${FROM}: cannot be embedded as a raw string")
  endif()
  file(WRITE ${TO} "#include <string_view>

namespace minerva::embedded {

namespace {
const char kText[] = R\"embed(${text})embed\";
}  // namespace

extern const std::string_view ${NAME};
const std::string_view ${NAME}(kText, sizeof kText - 1);

}  // namespace minerva::embedded
")
  return()
endif()

set(_embed_script ${CMAKE_CURRENT_LIST_FILE})
function(minerva_embed_text variable from)
  set(to ${CMAKE_CURRENT_BINARY_DIR}/embedded/${variable}.cpp)
  cmake_path(ABSOLUTE_PATH from)
  add_custom_command(OUTPUT ${to}
    COMMAND ${CMAKE_COMMAND} -DNAME=${variable} -DFROM=${from} -DTO=${to} -P ${_embed_script}
    DEPENDS ${from} ${_embed_script} VERBATIM)
  set(${variable} ${to} PARENT_SCOPE)
endfunction()
