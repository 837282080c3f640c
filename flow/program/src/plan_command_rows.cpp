#include "command_rows.hpp"
#include "merge_command.hpp"
#include "plan_command.hpp"
#include "sharded_work.hpp"
#include "status_command.hpp"
#include "submit_command.hpp"
#include "work_command.hpp"

namespace minerva::flow {
namespace {

Argument plan_argument() { return {"DIR", Names::folder, "the folder of a plan", 1, 1}; }

CommandOption threads_option() {
  return {"threads", "INTEGER",
          "This process uses so many threads, which does not change any result.",
          "all threads of the machine"};
}

}  // namespace

std::vector<Command> commands_of_plans() {
  return {
      {"plan",
       CommandGroup::many_machines,
       "Cuts independent work into shards for a cluster.",
       "The folder DIR receives a manifest of what is to be computed. Each shard is named by the "
       "content of its inputs; the cut depends on the config and on --shards alone. minerva work "
       "computes one shard on any machine; minerva merge writes what the command would have "
       "written "
       "on one machine, byte for byte, into the run directory that CONFIG names, or into DIR/run.",
       {{"CONFIG", Names::config,
         "a config file, or the folder of a run, whose config is taken and which the merge then "
         "continues; without it, every key has its default"}},
       sections_of_a_run(),
       {"run"},
       {{"of", "COMMAND",
         "The work of this command is cut. Without it that is sweep where --over is given, and dse "
         "where dse.topology is.",
         "", Names::one_of_the_words, sharded_commands()},
        {"shards", "N", "The work is cut into this many shards.", "about a minute of work each"},
        {"over",
         "KEY=VALUE,VALUE..",
         "With --of sweep, the runs differ in this key, as minerva sweep takes it.",
         "",
         Names::key_of_a_config,
         {},
         true}},
       {{"minerva plan configs/flows/million.cfg --shards 16 --out plans/million", ""},
        {"minerva plan runs/mnist --of faults --shards 40 --out plans/faults",
         "The run directory holds the results of stage 4."}},
       plan_command},
      {"work",
       CommandGroup::many_machines,
       "Computes one shard of a plan.",
       "The command writes one file, whole or not at all. It can be killed and started again on "
       "any "
       "machine; a shard that is already there is not computed again.",
       {plan_argument()},
       {},
       {},
       {{"shard", "K", "This shard is computed, from 0 to the plan's number of shards less one."},
        {"again", "", "A shard that is already there is computed once more and compared."},
        threads_option()},
       {{"minerva work plans/million --shard 3", ""}},
       work_command},
      {"status",
       CommandGroup::many_machines,
       "Says which shards of a plan are done, under way, missing or damaged.",
       "",
       {plan_argument()},
       {},
       {},
       {{"verify", "",
         "Every byte is read; without it, only the first line, the length and the end of each "
         "file."}},
       {{"minerva status plans/million", ""}},
       status_command},
      {"merge",
       CommandGroup::many_machines,
       "Checks every shard of a plan and writes what one machine would have written.",
       "",
       {plan_argument()},
       {},
       {},
       {threads_option()},
       {{"minerva merge plans/million", ""}},
       merge_command},
      {"submit",
       CommandGroup::many_machines,
       "Hands the missing shards of a plan and their merge to Slurm or to local processes.",
       "With slurm, the folder DIR/slurm receives work-0.sh and so on, job arrays over the missing "
       "shards, and merge.sh, which runs once all of them have succeeded; the logs stand beside "
       "them "
       "under the number of the shard. With local, processes of this machine do the same, and "
       "their "
       "logs are in DIR/local; a worker that was killed is started again up to three times. The "
       "same "
       "command continues with what is missing.",
       {plan_argument()},
       {},
       {},
       {{"engine",
         "ENGINE",
         "This engine runs the workers.",
         "",
         Names::one_of_the_words,
         {"slurm", "local"}},
        {"cpus", "N", "Each worker uses this many threads, and Slurm gives it as many CPUs.", "1"},
        {"time", "TIME", "Slurm stops a task after this time, given as to sbatch --time."},
        {"memory", "SIZE", "Slurm gives a task this much memory, given as to sbatch --mem."},
        {"partition", "NAME", "Slurm uses this partition, given as to sbatch --partition."},
        {"account", "NAME", "Slurm charges this account, given as to sbatch --account."},
        {"max-running", "N", "Slurm runs at most this many tasks of an array at a time."},
        {"workers", "N",
         "The engine local runs this many processes at a time; without it, as many as the CPUs "
         "allow."},
        {"no-merge", "", "Only the shards are computed; minerva merge DIR remains to be done."},
        {"dry-run", "",
         "Scripts and command lines are printed; nothing is run and nothing written."}},
       {{"minerva submit plans/million --engine slurm --time 30 --memory 2G", ""},
        {"minerva submit plans/million --engine local --workers 4",
         "The workers run on this machine."}},
       submit_command}};
}

}  // namespace minerva::flow
