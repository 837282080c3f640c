#pragma once
#include <string_view>

// Files built into the program (cmake/EmbedText.cmake), for the pages.
namespace minerva::embedded {

extern const std::string_view kChartLibrary;         ///< Apache ECharts 5.0.0
extern const std::string_view kChartLibraryNotices;  ///< page/chart_library_notices.txt
extern const std::string_view kApacheLicence;
// page/*.js, in the order they run
extern const std::string_view kNumbersScript;
extern const std::string_view kOptionScript;
extern const std::string_view kFigureScript;
extern const std::string_view kExplorerScript;
extern const std::string_view kKeyboardScript;
extern const std::string_view kTermsScript;
extern const std::string_view kReportScript;
extern const std::string_view kOfflineScript;  ///< page/offline.js, for Node.js
extern const std::string_view kReportStyle;  ///< page/report.css

}  // namespace minerva::embedded
