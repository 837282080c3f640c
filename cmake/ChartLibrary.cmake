# Sets MINERVA_CHART_LIBRARY to a file that is, by its checksum, the chart library of the pages:
# Apache ECharts 5.0.0, echarts.common.min.js, Apache-2.0. It is not part of this tree.
set(MINERVA_ECHARTS_FILE "" CACHE FILEPATH
  "echarts.common.min.js of Apache ECharts 5.0.0; empty: kept from an earlier build, or fetched")
set(_sha256 da1eb321978793e7860220bea98bf1bfbb96e52d4773233bd8ae456dc561932e)

if(MINERVA_ECHARTS_FILE)
  set(MINERVA_CHART_LIBRARY ${MINERVA_ECHARTS_FILE})
  if(NOT EXISTS ${MINERVA_CHART_LIBRARY})
    message(FATAL_ERROR "MINERVA_ECHARTS_FILE: ${MINERVA_ECHARTS_FILE}: no such file")
  endif()
else()
  # One copy for all presets, whose folders lie side by side in build/.
  set(_kept ${PROJECT_BINARY_DIR})
  cmake_path(IS_PREFIX PROJECT_SOURCE_DIR ${PROJECT_BINARY_DIR} NORMALIZE _inside)
  cmake_path(GET PROJECT_BINARY_DIR PARENT_PATH _parent)
  if(_inside AND NOT _parent STREQUAL PROJECT_SOURCE_DIR)
    set(_kept ${_parent})
  endif()
  set(MINERVA_CHART_LIBRARY ${_kept}/chart-library/echarts-5.0.0.common.min.js)
  set(_found "")
  if(EXISTS ${MINERVA_CHART_LIBRARY})
    file(SHA256 ${MINERVA_CHART_LIBRARY} _found)
  endif()
  if(NOT _found STREQUAL _sha256)
    message(STATUS "Fetching the chart library, Apache ECharts 5.0.0")
    execute_process(
      COMMAND ${PROJECT_SOURCE_DIR}/scripts/fetch-chart-library ${MINERVA_CHART_LIBRARY}
      RESULT_VARIABLE _failed)
    if(_failed)
      message(FATAL_ERROR
        "The pages need Apache ECharts 5.0.0, which could not be fetched. Get dist/"
        "echarts.common.min.js of npm's echarts 5.0.0, or the file of that name in Debian 12's "
        "package python3-locust, and configure with -DMINERVA_ECHARTS_FILE=/path/to/it")
    endif()
  endif()
endif()

file(SHA256 ${MINERVA_CHART_LIBRARY} _found)
if(NOT _found STREQUAL _sha256)
  message(FATAL_ERROR
    "${MINERVA_CHART_LIBRARY} is not echarts.common.min.js of Apache ECharts 5.0.0: its SHA-256 is "
    "${_found}, needs ${_sha256}")
endif()
