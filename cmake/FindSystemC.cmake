# SystemC::SystemC from Debian's pkg-config file; Debian ships no CMake package.
find_package(PkgConfig REQUIRED)
pkg_check_modules(SYSTEMC_PC QUIET IMPORTED_TARGET systemc)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(SystemC
  REQUIRED_VARS SYSTEMC_PC_LINK_LIBRARIES VERSION_VAR SYSTEMC_PC_VERSION)
if(SystemC_FOUND AND NOT TARGET SystemC::SystemC)
  add_library(SystemC::SystemC INTERFACE IMPORTED)
  target_link_libraries(SystemC::SystemC INTERFACE PkgConfig::SYSTEMC_PC)
endif()
