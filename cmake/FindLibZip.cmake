# LibZip::LibZip from its pkg-config file: Debian's CMake package asks for the zip tools as well.
find_package(PkgConfig REQUIRED)
pkg_check_modules(LIBZIP_PC QUIET IMPORTED_TARGET libzip)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibZip
  REQUIRED_VARS LIBZIP_PC_LINK_LIBRARIES VERSION_VAR LIBZIP_PC_VERSION)
if(LibZip_FOUND AND NOT TARGET LibZip::LibZip)
  add_library(LibZip::LibZip INTERFACE IMPORTED)
  target_link_libraries(LibZip::LibZip INTERFACE PkgConfig::LIBZIP_PC)
endif()
