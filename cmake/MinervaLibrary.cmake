# minerva_library(NAME SOURCES ... HEADERS ... [PUBLIC ...] [PRIVATE ...])
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

function(minerva_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;HEADERS;PUBLIC;PRIVATE" ${ARGN})
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
  install(TARGETS minerva_${name} EXPORT minerva
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
          FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
endfunction()
