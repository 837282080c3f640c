#pragma once
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <memory>
#include <utility>
#include <vector>

namespace minerva::python {

/// An array over memory of the libraries, which nothing is copied from and which cannot be written
/// to; `owner` keeps the memory for as long as the array lives. `strides` count elements.
template <typename T>
pybind11::array_t<T> view(const T* data, const std::vector<pybind11::ssize_t>& shape,
                          std::vector<pybind11::ssize_t> strides,
                          std::shared_ptr<const void> owner) {
  for (pybind11::ssize_t& stride : strides) stride *= static_cast<pybind11::ssize_t>(sizeof(T));
  auto kept = std::make_unique<std::shared_ptr<const void>>(std::move(owner));
  const pybind11::capsule base(
      kept.get(), [](void* held) { delete static_cast<std::shared_ptr<const void>*>(held); });
  kept.release();
  pybind11::array_t<T> array(shape, strides, data, base);
  array.attr("setflags")(pybind11::arg("write") = false);
  return array;
}

template <typename T>
pybind11::array_t<T> view(const std::vector<T>& values, std::shared_ptr<const void> owner) {
  return view(values.data(), {static_cast<pybind11::ssize_t>(values.size())}, {1},
              std::move(owner));
}

/// An array that takes the numbers over.
template <typename T>
pybind11::array_t<T> taken_over(std::vector<T> values) {
  const auto owner = std::make_shared<const std::vector<T>>(std::move(values));
  return view(*owner, owner);
}

}  // namespace minerva::python
