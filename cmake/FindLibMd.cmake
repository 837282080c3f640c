# LibMd::LibMd, the message digests of the BSDs (SHA-256 of inputs and results).
find_package(PkgConfig REQUIRED)
pkg_check_modules(LIBMD_PC QUIET IMPORTED_TARGET libmd)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibMd
  REQUIRED_VARS LIBMD_PC_LINK_LIBRARIES VERSION_VAR LIBMD_PC_VERSION)
if(LibMd_FOUND AND NOT TARGET LibMd::LibMd)
  add_library(LibMd::LibMd INTERFACE IMPORTED)
  target_link_libraries(LibMd::LibMd INTERFACE PkgConfig::LIBMD_PC)
endif()
