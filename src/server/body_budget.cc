#include "server/body_budget.h"

namespace wanamaker {

void BodyBudget::add(Taken& taken, Payer payer, std::size_t bytes) {
  taken.all += bytes;
  if (payer == Payer::stranger) taken.strangers += bytes;
}

void BodyBudget::subtract(Taken& taken, Payer payer, std::size_t bytes) {
  taken.all -= bytes;
  if (payer == Payer::stranger) taken.strangers -= bytes;
}

BodyBudget::Answer BodyBudget::take(const std::string& address, Payer payer, std::size_t bytes) {
  if (bytes == 0) return Answer::paid;
  Taken all = taken_;
  add(all, payer, bytes);
  if (all.all > limits_.all || all.strangers > limits_.all_strangers) return Answer::all_is_taken;
  if (addresses_ == Addresses::are_peers) {
    const auto known = by_address_.find(address);
    Taken mine = known == by_address_.end() ? Taken{} : known->second;
    add(mine, payer, bytes);
    if (mine.all > limits_.of_address || mine.strangers > limits_.strangers_of_address) return Answer::address_has_too_much;
    by_address_[address] = mine;
  }
  taken_ = all;
  return Answer::paid;
}

void BodyBudget::give_back(const std::string& address, Payer payer, std::size_t bytes) {
  if (bytes == 0) return;
  subtract(taken_, payer, bytes);
  const auto known = by_address_.find(address);
  if (known == by_address_.end()) return;
  subtract(known->second, payer, bytes);
  if (known->second.all == 0) by_address_.erase(known);
}

}  // namespace wanamaker
