#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace minerva::workloads {

/// A colour image, one byte a colour: row, column, red, green, blue.
struct ColourImage {
  int rows = 0;
  int columns = 0;
  std::vector<std::uint8_t> pixels;
};

/// Reads a Netpbm image with one byte a colour: PPM (P6) or PGM (P5, whose grey becomes three equal
/// colours). Throws UserError naming the file for anything else, for sides out of 1 .. 16384, and
/// for a file that is shorter or longer than its header says.
ColourImage read_netpbm(const std::string& path);

/// The square in the middle of an image, resampled to side x side by the mean of the area under
/// each point; in the order colour, row, column, from 0 to 255.
std::vector<float> square_of(const ColourImage& image, int side);

/// Images of a user, a folder a class.
struct ImageFolder {
  struct Example {
    std::string path;
    int label = 0;  ///< number of its class
  };
  std::vector<std::string> classes;  ///< names of the folders, sorted
  std::vector<Example> train;
  std::vector<Example> test;  ///< every fifth image of a class, by name
};
/// Lists the files .ppm, .pgm and .pnm of the folders in `path`. Throws UserError for a folder that
/// is missing, has no folders, or whose folders have fewer than five images, and for more than
/// `most_classes` of them.
ImageFolder list_image_folder(const std::string& path, int most_classes);

}  // namespace minerva::workloads
