# What `cmake --install` and CPack put where: the component `program` is the program with configs, man
# page, completions, docs and, where it is built, the Python package; `development` the libraries with
# their headers and CMake package.
include(CMakePackageConfigHelpers)

install(TARGETS minerva RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
install(DIRECTORY configs DESTINATION ${CMAKE_INSTALL_DATADIR}/minerva COMPONENT program)
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
install(FILES cmake/debian/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
install(FILES cmake/debian/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libminerva-dev
        COMPONENT development)
install(DIRECTORY docs examples DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program
        PATTERN __pycache__ EXCLUDE)

# The program writes its own manual page and completions, so that they cannot go stale.
set(pages ${PROJECT_BINARY_DIR}/pages)
add_custom_command(
  OUTPUT ${pages}/minerva.1 ${pages}/minerva.bash ${pages}/_minerva ${pages}/minerva.fish
  COMMAND ${CMAKE_COMMAND} -E make_directory ${pages}
  COMMAND minerva help --man > ${pages}/minerva.1
  COMMAND minerva completion bash > ${pages}/minerva.bash
  COMMAND minerva completion zsh > ${pages}/_minerva
  COMMAND minerva completion fish > ${pages}/minerva.fish
  DEPENDS minerva VERBATIM)
add_custom_target(minerva_pages ALL DEPENDS ${pages}/minerva.1)
# `cmake --install` builds nothing, and after `--target minerva` alone, as ./demo builds, there are no
# pages, or those of another program: they are made here.
install(CODE "
  if(NOT EXISTS \"${pages}/minerva.1\" OR
     \"$<TARGET_FILE:minerva>\" IS_NEWER_THAN \"${pages}/minerva.1\")
    execute_process(COMMAND \"${CMAKE_COMMAND}\" --build \"${PROJECT_BINARY_DIR}\"
                            --config \"$<CONFIG>\" --target minerva_pages COMMAND_ERROR_IS_FATAL ANY)
  endif()" COMPONENT program)
install(FILES ${pages}/minerva.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
install(FILES ${pages}/minerva.bash RENAME minerva
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT program)
install(FILES ${pages}/_minerva DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions
        COMPONENT program)
install(FILES ${pages}/minerva.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d
        COMPONENT program)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/minerva)
install(EXPORT minerva NAMESPACE minerva:: FILE minervaTargets.cmake
        DESTINATION ${package_folder} COMPONENT development)
configure_package_config_file(cmake/minervaConfig.cmake.in
  ${PROJECT_BINARY_DIR}/minervaConfig.cmake INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/minervaConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/minervaConfig.cmake
              ${PROJECT_BINARY_DIR}/minervaConfigVersion.cmake
              cmake/FindHighway.cmake cmake/FindLibMd.cmake cmake/FindLibZip.cmake
              cmake/FindOnnxProto.cmake cmake/FindSystemC.cmake
        DESTINATION ${package_folder} COMPONENT development)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME minerva)
set(CPACK_PACKAGE_CONTACT "The minerva authors <minerva@localhost>")
set(CPACK_PACKAGE_VENDOR "minerva")
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL program development)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME minerva)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
if(TARGET minerva_python)
  # A module is for one version of Python, as the name of its file says.
  math(EXPR next_python "${MINERVA_PYTHON_MINOR} + 1")
  set(CPACK_DEBIAN_PROGRAM_PACKAGE_DEPENDS
      "python3 (>= 3.${MINERVA_PYTHON_MINOR}), python3 (<< 3.${next_python}), python3-numpy")
  set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS "python3-pandas, python3-matplotlib, nodejs, ngspice, yosys")
  set(CPACK_DEBIAN_PROGRAM_PACKAGE_CONTROL_EXTRA
      "${PROJECT_SOURCE_DIR}/cmake/debian/postinst;${PROJECT_SOURCE_DIR}/cmake/debian/prerm")
endif()
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libminerva-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
# Static libraries: whoever links them links theirs.
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
    "libeigen3-dev, libsystemc-dev, libboost-program-options-dev, libspdlog-dev, nlohmann-json3-dev, libhwy-dev, zlib1g-dev, libmd-dev, libzip-dev, libonnx-dev, libprotobuf-dev, pkg-config")
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION
"The program: trains multilayer perceptrons, explores accelerators with a cycle-level SystemC model,
quantizes, prunes and lowers SRAM voltage under fault masking, within a measured error budget.")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
"Static libraries, headers and a CMake package: arithmetic, engines, accelerator models, searches and
the five stages.")
set(CPACK_STRIP_FILES ON)
include(CPack)
