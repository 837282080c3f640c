# minerva_library(NAME [FILE_BY_FILE] SOURCES ... HEADERS ... [PUBLIC ...] [PRIVATE ...])
# One static library for one folder, with one include directory, so that a room that is not among
# its dependencies cannot be included. Every public header is also compiled alone by the target
# all_verify_interface_header_sets. Installed as minerva::NAME.
include(GNUInstallDirs)
add_library(minerva_options INTERFACE)
target_compile_features(minerva_options INTERFACE cxx_std_17)
target_compile_options(minerva_options INTERFACE
  -Wall -Wextra -Wconversion -Wshadow
  -ffp-contract=off) # a fused multiply-add would change float bits from machine to machine
if(MINERVA_WERROR)
  target_compile_options(minerva_options INTERFACE -Werror)
endif()

# minerva_join_sources(TARGET): compiles the files of a target in few translation units, which read the
# headers that they share once (docs/performance.md has the figures). MINERVA_JOIN_SOURCES=OFF
# compiles file by file, as clang-tidy and coverage need it.
option(MINERVA_JOIN_SOURCES "Compile several source files of a library as one" ON)
function(minerva_join_sources target)
  set_target_properties(${target} PROPERTIES
    UNITY_BUILD ${MINERVA_JOIN_SOURCES} UNITY_BUILD_BATCH_SIZE 10)
endfunction()

# minerva_write_texts(TARGET): for rooms that read configs and write tables, files and pages. They call
# what computes and compute nothing in loops themselves, so they are optimised for build time.
function(minerva_write_texts target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
endfunction()

# FILE_BY_FILE: for rooms whose inner loops are measured, so that no file's code depends on another.
function(minerva_library name)
  cmake_parse_arguments(ARG "FILE_BY_FILE" "" "SOURCES;HEADERS;PUBLIC;PRIVATE" ${ARGN})
  add_library(minerva_${name} STATIC ${ARG_SOURCES})
  add_library(minerva::${name} ALIAS minerva_${name})
  list(TRANSFORM ARG_HEADERS PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/include/)
  target_sources(minerva_${name} PUBLIC
    FILE_SET HEADERS BASE_DIRS ${CMAKE_CURRENT_SOURCE_DIR}/include FILES ${ARG_HEADERS})
  set_target_properties(minerva_${name} PROPERTIES
    VERIFY_INTERFACE_HEADER_SETS ON POSITION_INDEPENDENT_CODE ON)
  target_link_libraries(minerva_${name}
    PUBLIC ${ARG_PUBLIC} PRIVATE $<BUILD_INTERFACE:minerva_options> ${ARG_PRIVATE})
  target_compile_features(minerva_${name} PUBLIC cxx_std_17)
  set_target_properties(minerva_${name} PROPERTIES EXPORT_NAME ${name})
  if(NOT ARG_FILE_BY_FILE)
    minerva_join_sources(minerva_${name})
  endif()
  install(TARGETS minerva_${name} EXPORT minerva
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
          FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
endfunction()
