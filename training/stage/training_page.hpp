#pragma once
#include "minerva/report/html_page.hpp"
#include "training_section.hpp"

namespace minerva::training {

/// Topologies and hyperparameters: error against weights. Empty without a sweep.
PageSection sweep_page(const RunSummary& summary, const TrainingSection& training);
/// Training noise and the error budget. Empty when there is neither.
PageSection noise_page(const RunSummary& summary, const TrainingNoise& noise);

}  // namespace minerva::training
