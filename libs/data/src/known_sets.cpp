#include "minerva/data/known_sets.hpp"

#include <algorithm>
#include <filesystem>

#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/data/unpacked_file.hpp"

namespace minerva {
namespace {
// Checksums were taken with sha256sum of the files that the figures of docs/data.md come from. The
// unpacked MNIST files, R52 files and WebKB's test file are the originals, byte for byte (their md5
// are those that public loaders give); the others are rebuilt as docs/data.md says.
const char* const kCardosoTerms =
    "for research, as the original collections; cite A. Cardoso-Cachopo, Improving Methods for "
    "Single-label Text Categorization, PhD thesis, Universidade Tecnica de Lisboa, 2007";
const char* const kCardosoOrigin =
    "A. Cardoso-Cachopo's page \"Datasets for single-label text categorization\", "
    "ana.cachopo.org/datasets-for-single-label-text-categorization";

std::vector<KnownSet> make_known_sets() {
  return {
      {"mnist",
       "handwritten digits, 28 x 28 pixels",
       784,
       10,
       60000,
       0,
       10000,
       "yann.lecun.com/exdb/mnist, and mirrors such as storage.googleapis.com/cvdf-datasets/mnist",
       "terms not stated by the authors; cite Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "
       "Gradient-based learning applied to document recognition, Proc. IEEE 86(11), 1998",
       {{"train-images-idx3-ubyte",
         "0b367032e93c5d0cea0925647cfdb18614af8ee15f83e6f2fc2ad904a6835971",
         "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", 47040016},
        {"train-labels-idx1-ubyte",
         "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
         "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5", 60008},
        {"t10k-images-idx3-ubyte",
         "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
         "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7", 7840016},
        {"t10k-labels-idx1-ubyte",
         "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
         "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2", 10008}}},
      {"fashion-mnist",
       "clothes, 28 x 28 pixels",
       784,
       10,
       60000,
       0,
       10000,
       "github.com/zalandoresearch/fashion-mnist, folder data/fashion",
       "MIT, Copyright Zalando SE; cite H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST: a Novel "
       "Image "
       "Dataset for Benchmarking Machine Learning Algorithms, arXiv 1708.07747, 2017",
       {{"train-images-idx3-ubyte",
         "158c037842b013a73e9d397abf37042808be25b4690205941074a6894b4d058f",
         "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888", 47040016},
        {"train-labels-idx1-ubyte",
         "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
         "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9", 60008},
        {"t10k-images-idx3-ubyte",
         "a1725d57fc996bcaea08b54499f132a54475a7d8a6ebce2fe65f8a479b2a8674",
         "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b", 7840016},
        {"t10k-labels-idx1-ubyte",
         "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
         "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34", 10008}}},
      // The first 6,000 images of data_batch_1.bin and the first 1,000 of test_batch.bin.
      {"cifar10",
       "colour photographs, 32 x 32 pixels of 3 colours",
       3072,
       10,
       6000,
       0,
       1000,
       "cs.toronto.edu/~kriz/cifar.html, binary version; its data_batch_1.bin and test_batch.bin "
       "are read, too",
       "terms not stated by the author; cite A. Krizhevsky, Learning Multiple Layers of Features "
       "from Tiny Images, 2009",
       {{"train-6000.bin", "7913046739de112b906d652feda1382eb5f1ae452bb527458221643b8ffd65ff",
         "8614d7ce72ff373404831f938e4d619fa936d2c8dd4fcef96b95bec33fdf7cf1", 18438000,
         "data_batch_1.bin"},
        {"test-1000.bin", "ca9ff0155579ff50ee9088a939f8d4a4549fe7839762bff24a46965fb4c5be78",
         "8314c96d7cd65618193bab23acdd5d4c4af15bf6dd00a1781d55beedf3be1ef5", 3073000,
         "test_batch.bin"}}},
      {"forest",
       "forest cover type from 10 quantities and 44 flags",
       54,
       7,
       11340,
       3780,
       206333,
       "UCI Machine Learning Repository, Covertype, archive.ics.uci.edu/dataset/31/covertype; its "
       "covtype.data (581,012 rows, 565,892 of test) is read, too",
       "covtype.info: reuse is unlimited with retention of the notice: Copyright Jock A. Blackard "
       "and Colorado State University",
       {{"covtype-221453.data", "da2cdedc6ff56989ff6cd1ba9a01f2dca6b0327094d8eb6ffd06d23308d90939",
         "7a1ea59a9ac66587e734cbe02758c37b849bdad06ff14abd6a28269b613c6d13", 28646188,
         "covtype.data",
         // of covtype.data.gz, as scikit-learn's loader checks it (sklearn/datasets/_covtype.py)
         "614360d0257557dd1792834a85a1cdebfadc3c4f30b011d56afee7ffb5b15771"}}},
      {"reuters",
       "Reuters-21578 R52, stemmed",
       2837,
       52,
       6532,
       0,
       2568,
       kCardosoOrigin,
       kCardosoTerms,
       {{"r52-train-stemmed.txt",
         "ac360b07921deecb0fb6b5bb46c3dd1ab3dc24322e11292770c347913ec65801",
         "c033ee608505573d7e593fde996b7680b27433679fb233db15643147eab75c4c", 2841754},
        {"r52-test-stemmed.txt", "2fe432f27aef4eaa16f175d1a6fc8e34b927d7e7a23a2f0f07ad01ac9b65e582",
         "64be72e0815ba63a53f2af9c2bc3ee60b978184365ea867f33d0fc3c64117595", 1012024}}},
      {"webkb",
       "web pages of four universities, stemmed",
       3418,
       4,
       2803,
       0,
       1396,
       kCardosoOrigin,
       kCardosoTerms,
       {{"webkb-train-stemmed.txt",
         "3eb17ead1a314659ba09527eca7e27101c5ae1387dcce12d13b506634d68b503",
         "bcfab4aaab816ce289409b0ad7926f8a3c21bc4cd78dbfec1a2f394717db1f0d", 2550700},
        {"webkb-test-stemmed.txt",
         "bb12b14fd63babce42c56c0b715ed42e5d985ee1f869599b580af3cd1d93ada6",
         "2ecc8135835fa2151080488524eaeda757e254160a93d21eac951b13357a0df9", 1301241}}},
      {"20ng",
       "20 newsgroups by date, stemmed",
       21979,
       20,
       11293,
       0,
       7528,
       kCardosoOrigin,
       kCardosoTerms,
       {{"20ng-train-stemmed.txt",
         "fa35ae24711cd56316d11e216ad6bce60a9ca095a46feb5eb253b9ea7b174138",
         "dbc7a5ca16c2bf4c9c334c5737467f8b87f883f08b51eacefc24317c4e49a343", 9920629},
        {"20ng-test-stemmed.txt",
         "ff52d930d3631dffa1299bd9c659ca3d548f7969e8316167594765dc1c95e357",
         "784fbc637fda4a052d60a2f007871fe369ef19bd8389dc2e114fbaa34b2f77e7", 6428415}}},
  };
}
}  // namespace

const std::vector<KnownSet>& known_sets() {
  static const std::vector<KnownSet> sets = make_known_sets();
  return sets;
}

bool is_known_set(const std::string& name) {
  const auto& sets = known_sets();
  return std::any_of(sets.begin(), sets.end(), [&](const KnownSet& s) { return s.name == name; });
}

const KnownSet& known_set(const std::string& name) {
  const auto& sets = known_sets();
  const auto found =
      std::find_if(sets.begin(), sets.end(), [&](const KnownSet& set) { return set.name == name; });
  expects(found != sets.end(), "known_set: no set of that name");
  return *found;
}

std::string find_data_file(const std::string& dir, const std::string& set, const KnownFile& file) {
  namespace fs = std::filesystem;
  std::error_code ignored;  // a folder that cannot be looked into holds no file for us
  for (const std::string& name : {file.name, file.other_name}) {
    if (name.empty()) continue;
    for (const fs::path& folder : {fs::path(dir), fs::path(dir) / set}) {
      for (const char* ending : {".gz", ""}) {
        const fs::path path = folder / (name + ending);
        if (fs::is_regular_file(path, ignored)) return path.string();
      }
    }
  }
  return "";
}

FileInspection inspect_file(const std::string& dir, const KnownSet& set, const KnownFile& file) {
  FileInspection found;
  found.path = find_data_file(dir, set.name, file);
  if (found.path.empty()) return found;
  try {
    std::error_code failed;
    const std::uintmax_t bytes = std::filesystem::file_size(found.path, failed);
    found.bytes = failed ? 0 : static_cast<std::int64_t>(bytes);
    const std::vector<std::uint8_t> content = read_unpacked(found.path);
    found.content_sha256 = sha256(content.data(), content.size());
    const std::string on_disk = sha256_of_file(found.path);
    found.state = on_disk == file.packed_sha256 || on_disk == file.other_packed_sha256
                      ? FileState::same_file
                  : found.content_sha256 == file.content_sha256 ? FileState::same_content
                                                                : FileState::other_content;
  } catch (const UserError& error) {
    found.state = FileState::unreadable;
    found.problem = error.what();
  }
  return found;
}

}  // namespace minerva
