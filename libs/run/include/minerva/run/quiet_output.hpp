#pragma once
#include "minerva/run/output.hpp"

namespace minerva {

/// Keeps the tables of parts of a task off standard output while it lives.
class QuietOutput {
 public:
  QuietOutput() : form_(output_form()) { set_output_form(OutputForm::none); }
  QuietOutput(const QuietOutput&) = delete;
  QuietOutput& operator=(const QuietOutput&) = delete;
  ~QuietOutput() { set_output_form(form_); }

 private:
  OutputForm form_;
};

}  // namespace minerva
