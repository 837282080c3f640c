#include <sstream>
#include <vector>

#include "commands.hpp"

namespace minerva::workloads {
namespace {

constexpr const char* kHelp =
    R"(fathom: the eight reference workloads of Fathom (Adolf et al., IISWC 2016) on LibTorch

  fathom list                       names, layers, optimizers and data of the workloads
  fathom run NAME                   trains a workload, or runs its forward-only twin
  fathom profile NAME.. --out DIR   measures the time of each operation in a step
  fathom compare DIR..              compares profiles with each other and with the published ones
  fathom export NAME --to DIR       writes the layers that minerva's accelerator runs
  fathom report DIR.. --out DIR     says what that accelerator covers of each workload, at what cost
  fathom stages NAME                takes a workload through the stages of minerva

options of all that make a workload:
  --batch N         examples of a step; Fathom's own by default
  --seed N          seed of weights, order of examples and noise (1)
  --threads N       threads of LibTorch (1); profile takes several, as in 1,2
  --small           a shape of a few thousand parameters
  --synthetic       random examples instead of data files
  --variant V       paper (default) or code, where Fathom's paper and its code differ
  --data DIR        folder with fathom/, mnist/ and cifar10/; MINERVA_DATA_DIR by default
  --images DIR      images for alexnet, vgg and residual (.ppm, .pgm), a folder a class
  --divisor N       of the small alexnet, vgg and residual: their filters and neurons are those of
                    the full shape divided by 1, 2, 4, 8 or 16 (16)
  --side N          of the images of the small vgg and residual, a multiple of 32 (32)
  --augment         moves each image of training by up to an eighth of its side, mirrors every second
  --rate R          learning rate; Fathom's own by default
  --decay-steps N   the learning rate falls along half a cosine to 0 within N updates (it stays)
  --bucket N        lengths of seq2seq: 0 (5,10), 1 (10,15), 2 (20,25), 3 (40,50, the default)

options of run:
  --steps N         steps (10)
  --infer           the forward-only twin
  --one-batch       the same examples in every step
  --score           measures the task on held-out examples at the end
  --score-every N   measures it after every N steps
  --score-examples N  at most so many held-out examples
  --json, --quiet   one JSON document; no progress

options of profile:
  --all             all eight workloads
  --steps N         measured steps (3), behind --warm-up N others (1)
  --mode M          train, infer or both (both)
  --clock C         wall (default), or processor: the thread's own time, for a busy machine
  --reduced         residual and speech at a quarter of Fathom's batch
  --out DIR         NAME-MODE-THREADS.profile.json, .csv and .trace.json, which Perfetto opens

options of compare:
  --out DIR         comparison.html with the six figures, comparison.json, a CSV file a figure
  --json            one JSON document

options of export:
  --to DIR          NAME.onnx, NAME.safetensors, NAME.json
  --steps N         steps of training before it (0)

options of report; variant, seed and shape are those of the profiles:
  --out DIR         report.html, report.json, layers.csv, a CSV file a figure
  --steps N         steps of training before activations are measured (0), or NAME=N,NAME=N
  --stages DIR      result of fathom stages, which the page then contains
  --technology FILE (configs/tech/public40.cfg)
  --bits N          bits of every word (16)
  --weight-memory-mb N  weights that the chip may hold (8)
  --design FILE     machine of a file design_point.json, or one of its knobs each:
  --lanes (16), --macs-per-lane (4), --weight-bandwidth, --activation-bandwidth (those of a lane's
  MACs), --write-ports, --multiplier-stages, --clock-period-ns (4), --weight-banks,
  --activation-banks, --weight-bank-words, --positions-per-weight

options of stages (autoenc and deepq: all five, with errors of their own; the others: 2 to 4):
  --steps N         steps of each training; needed by autoenc and deepq (0)
  --seeds N         trainings of autoenc and deepq that differ in their seed (5)
  --samples N       most held-out predictions, or states of deepq, of each set (1000; of networks
                    with more than 4 million products a prediction fewer)
  --episodes N      episodes behind each score of deepq (20)
  --output-error P  budget of the others: squared error of the outputs, in percent of their squares
                    (1)
  --technology FILE, --out DIR, --json
)";

bool begins_with(const std::string& text, const std::string& begin) {
  return text.rfind(begin, 0) == 0;
}

/// Paragraphs of the text, between which it has empty lines.
std::vector<std::string> paragraphs() {
  std::vector<std::string> all(1);
  std::istringstream lines(kHelp);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) {
      all.emplace_back();
    } else {
      all.back() += line + "\n";
    }
  }
  return all;
}

}  // namespace

std::string help_text() { return kHelp; }

std::string help_text(const std::string& command) {
  std::string text;
  for (const std::string& paragraph : paragraphs()) {
    std::istringstream lines(paragraph);
    for (std::string line; std::getline(lines, line);) {
      if (begins_with(line, "  fathom " + command + " ")) text += line.substr(2) + "\n";
    }
    const bool makes_workloads =
        command == "run" || command == "profile" || command == "export" || command == "stages";
    if ((makes_workloads && begins_with(paragraph, "options of all ")) ||
        begins_with(paragraph, "options of " + command)) {
      text += "\n" + paragraph;
    }
  }
  return text;
}

}  // namespace minerva::workloads
