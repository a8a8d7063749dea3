#include "columns/id_order.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace wanamaker {
namespace {

// Eight bytes of a text from `from` on, so that they order as the text does; equal ones tell nothing.
std::uint64_t head_of(std::string_view id, std::size_t from) {
  std::array<char, 8> bytes{};
  std::memcpy(bytes.data(), id.data() + from, std::min(id.size() - from, bytes.size()));
  std::uint64_t head = 0;
  for (const char byte : bytes) head = head << 8 | static_cast<unsigned char>(byte);
  return head;
}

bool is_folded(std::string_view id) {
  return std::ranges::none_of(id, [](char c) { return static_cast<unsigned char>(c) >= 0x80 || (c >= 'A' && c <= 'Z'); });
}

}  // namespace

// The contacts from that ordinal on. What all of their ids begin with tells nothing and is left out of the comparison.
std::vector<ContactOrdinal> IdOrder::sorted(const ContactTable& contacts, std::uint32_t from) const {
  struct Headed {
    std::uint64_t head;
    ContactOrdinal contact;
  };
  std::vector<Headed> headed;
  headed.reserve(contacts.count() - from);
  std::string_view shared;
  for (std::uint32_t i = from; i < contacts.count(); ++i) {
    if (!contacts.is_living({i})) continue;
    const std::string_view id = contacts.id({i});
    if (headed.empty()) shared = id;
    else if (!id.starts_with(shared)) shared = shared.substr(0, static_cast<std::size_t>(std::ranges::mismatch(shared, id).in1 - shared.begin()));
    headed.push_back({0, {i}});
  }
  for (Headed& one : headed) one.head = head_of(contacts.id(one.contact), shared.size());
  std::ranges::sort(headed, [&](const Headed& a, const Headed& b) { return a.head != b.head ? a.head < b.head : contacts.id(a.contact) < contacts.id(b.contact); });
  std::vector<ContactOrdinal> order(headed.size());
  std::ranges::transform(headed, order.begin(), &Headed::contact);
  return order;
}

void IdOrder::merge(const std::vector<ContactOrdinal>& late, const ContactTable& contacts) {
  const auto id_of = [&](ContactOrdinal contact) { return contacts.id(contact); };
  std::vector<ContactOrdinal> all;
  all.reserve(order_.size() + late.size());
  auto next = order_.begin();
  for (const ContactOrdinal contact : late) {
    const auto place = std::ranges::lower_bound(next, order_.end(), contacts.id(contact), {}, id_of);
    all.insert(all.end(), next, place);
    all.push_back(contact);
    next = place;
  }
  all.insert(all.end(), next, order_.end());
  order_ = std::move(all);
}

void IdOrder::refresh(const ContactTable& contacts) {
  const auto known = static_cast<std::uint32_t>(ranks_.size());
  if (known == contacts.count() && living_ == contacts.living()) return;
  // Who has gone has no id to be compared with, and keeps a rank that nobody asks for.
  const auto has_gone = [&](ContactOrdinal contact) { return !contacts.is_living(contact); };
  std::erase_if(order_, has_gone);
  std::erase_if(unfolded_, has_gone);
  living_ = contacts.living();
  const std::vector<ContactOrdinal> late = sorted(contacts, known);
  for (std::uint32_t i = known; i < contacts.count(); ++i) if (contacts.is_living({i}) && !is_folded(contacts.id({i}))) unfolded_.push_back({i});
  ranks_.resize(contacts.count());
  if (order_.empty()) order_ = late;
  else merge(late, contacts);
  for (std::uint32_t rank = 0; rank < order_.size(); ++rank) ranks_[order_[rank].value] = rank;
}

std::optional<ContactOrdinal> IdOrder::find(std::string_view id, const ContactTable& contacts) const {
  const auto place = std::ranges::lower_bound(order_, id, {}, [&](ContactOrdinal contact) { return contacts.id(contact); });
  if (place == order_.end() || contacts.id(*place) != id) return std::nullopt;
  return *place;
}

IdOrder::Ranks IdOrder::starting_with(std::string_view text, const ContactTable& contacts) const {
  const auto beginning = [&](ContactOrdinal contact) { return contacts.id(contact).substr(0, text.size()); };
  const auto [begin, end] = std::ranges::equal_range(order_, text, {}, beginning);
  return {.begin = static_cast<std::uint32_t>(begin - order_.begin()), .end = static_cast<std::uint32_t>(end - order_.begin())};
}

}  // namespace wanamaker
