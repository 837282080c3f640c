#include <csignal>
#include <cstdio>
#include <exception>
#include <new>

#include "command.hpp"
#include "flow.hpp"
#include "minerva/app/output.hpp"
#include "minerva/core/errors.hpp"

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file size limit then is an error that names the file
  try {
    minerva::check_standard_files();
    return minerva::flow::run_program({argv + 1, argv + argc});
  } catch (const minerva::UserError& error) {
    std::fprintf(stderr, "minerva: %s\n", error.what());
    return 2;
  } catch (const minerva::flow::VerificationFailure& failure) {
    std::fprintf(stderr, "minerva: the models of the accelerator disagree: %s\n", failure.what());
  } catch (const minerva::OutputFailure& failure) {
    std::fprintf(stderr, "minerva: %s\n", failure.what());
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "minerva: out of memory\n");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "minerva: internal error: %s\n", error.what());
  }
  return 1;
}
