#pragma once
#include <string>
#include <vector>

#include "minerva/report/figure.hpp"
#include "minerva/report/html_table.hpp"

namespace minerva {

/// A part of a page under a heading of its own: HTML and figures in the order they were added.
class PageSection {
 public:
  /// `id` is its anchor, `name` what the page's list of sections calls it.
  PageSection(std::string id, std::string name, std::string heading);
  PageSection& add(const std::string& html);
  PageSection& add(const std::vector<Figure>& figures);
  /// An empty section is left out of the page.
  bool empty() const { return body_.empty(); }
  const std::vector<Figure>& figures() const { return figures_; }

 private:
  friend std::string html_page(const std::string& title, const std::string& opening,
                               const std::vector<PageSection>& sections);
  std::string id_;
  std::string name_;
  std::string heading_;
  std::string body_;
  std::vector<Figure> figures_;
};

/// The JSON object of a figure, as a page and the program that draws without one hold it.
std::string figure_json(const Figure& figure);

/// A whole page: its title, HTML that opens it, sections. It carries its style, its scripts and the
/// chart library with its licence, and may load nothing: its content security policy forbids every
/// connection. The ids of its figures must differ.
std::string html_page(const std::string& title, const std::string& opening,
                      const std::vector<PageSection>& sections);

}  // namespace minerva
