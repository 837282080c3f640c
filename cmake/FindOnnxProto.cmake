# Onnx::Proto: the messages of ONNX files, libonnx_proto of Debian's libonnx-dev. Its CMake package
# names targets that other packages bring, and says neither the namespace nor protobuf.
find_package(Protobuf 3.21 REQUIRED)
find_library(OnnxProto_LIBRARY NAMES onnx_proto)
find_path(OnnxProto_INCLUDE_DIR NAMES onnx/onnx_pb.h)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OnnxProto REQUIRED_VARS OnnxProto_LIBRARY OnnxProto_INCLUDE_DIR)
if(OnnxProto_FOUND AND NOT TARGET Onnx::Proto)
  add_library(Onnx::Proto UNKNOWN IMPORTED)
  set_target_properties(Onnx::Proto PROPERTIES
    IMPORTED_LOCATION ${OnnxProto_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${OnnxProto_INCLUDE_DIR}
    INTERFACE_COMPILE_DEFINITIONS "ONNX_NAMESPACE=onnx;ONNX_ML=1"
    INTERFACE_LINK_LIBRARIES protobuf::libprotobuf)
endif()
