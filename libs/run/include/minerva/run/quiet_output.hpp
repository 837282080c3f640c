#pragma once
#include "minerva/run/output.hpp"

namespace minerva {

/// While this object exists, nothing of the tables of a part of a task goes to standard output.
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
