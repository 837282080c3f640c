#pragma once
#include <string>
#include <vector>

#include "minerva/report/figure.hpp"
#include "minerva/report/stage_report.hpp"

namespace minerva {

/// A program for Node.js that draws figures without a browser: the chart library and the scripts of
/// a page. `node SCRIPT INPUT` prints what drawn_figures reads.
struct FigureProgram {
  std::string script;
  std::string input;  ///< JSON: the style of a page and the figures
};
FigureProgram figure_program(const std::vector<Figure>& figures);

/// ID.svg, ID.csv and ID.tex of each figure, of `output` of its program. The last is a LaTeX float
/// with the caption and what its axes are in. Throws UserError naming `program` unless the output
/// holds every figure.
std::vector<NamedFile> figure_files(const std::vector<Figure>& figures, const std::string& output,
                                    const std::string& program);

}  // namespace minerva
