#pragma once
#include "command.hpp"

namespace minerva::flow {

/// `minerva report RUN.. --figures DIR`: every figure of the page of a run, or of the comparison of
/// several, as SVG, its data as CSV and a LaTeX float, drawn under Node.js without a browser.
int figures_command(const CommandCall& call);

}  // namespace minerva::flow
