# Highway::Highway from Debian's pkg-config file.
find_package(PkgConfig REQUIRED)
pkg_check_modules(HIGHWAY_PC QUIET IMPORTED_TARGET libhwy)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Highway
  REQUIRED_VARS HIGHWAY_PC_LINK_LIBRARIES VERSION_VAR HIGHWAY_PC_VERSION)
if(Highway_FOUND AND NOT TARGET Highway::Highway)
  add_library(Highway::Highway INTERFACE IMPORTED)
  target_link_libraries(Highway::Highway INTERFACE PkgConfig::HIGHWAY_PC)
endif()
