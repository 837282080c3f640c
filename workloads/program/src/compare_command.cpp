#include "command_line.hpp"
#include "commands.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/files/owned_folder.hpp"
#include "minerva/run/output.hpp"
#include "minerva/workloads/comparison.hpp"
#include "profile_folders.hpp"

namespace minerva::workloads {
namespace po = boost::program_options;

int compare_command(const std::vector<std::string>& arguments) {
  po::options_description description;
  description.add_options()("out", po::value<std::string>(), "folder for page, CSV and JSON")(
      "json", po::bool_switch(), "one JSON document");
  const CommandLine line = parse_command_line("compare", description, arguments);
  if (line.words.empty()) {
    throw UserError("fathom compare", "", "needs folders of fathom profile");
  }
  set_output_form(line.flag("json") ? OutputForm::json : OutputForm::text);
  const WorkloadComparison comparison(read_profiles(line.words));
  const std::string text = comparison_text(comparison);
  if (line.has("out")) {
    const std::string out = line.value<std::string>("out", "");
    OwnedFolder folder(out, "fathom-comparison", [&] {
      throw UserError(out, "",
                      "holds files that no comparison made; needs a new or an empty folder");
    });
    folder.remove_earlier_files();
    folder.write("comparison.txt", text);
    folder.write("comparison.json", comparison_json(comparison));
    for (const Figure& figure : comparison_figures(comparison)) {
      folder.write(figure.id + ".csv", figure.csv);
    }
    folder.write("comparison.html", comparison_page(comparison));
  }
  print_text(text);
  print_json(comparison_json(comparison));
  return 0;
}

}  // namespace minerva::workloads
