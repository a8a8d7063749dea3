// What the colleagues of a batch's contacts are asked. Key idea: where the filter speaks of the colleague alone, the contacts of an account are asked
// once for all of them, and each is told what the others say: all of them but himself. An account may have very many contacts.

#include "evaluate/aggregate.h"
#include "evaluate/sweep/batch_sweep.h"

#include <optional>
#include <unordered_map>

namespace wanamaker {

// The accounts of a batch's contacts, and all who pass there.
struct BatchSweep::Accounts {
  std::vector<std::optional<std::uint32_t>> account;  // of each subject of the batch: its place among the accounts
  std::uint32_t count = 0;
  Batch contacts;  // those who pass; owner: the place of their account
  Mask passes;     // whether the subject itself does
};

BatchSweep::Accounts BatchSweep::accounts_of(const TypedSource& source, const Batch& batch) {
  const Base& base = environment_.base;
  Accounts found;
  std::unordered_map<std::uint32_t, std::uint32_t> places;
  for (const ContactOrdinal self : batch.self) {
    const auto account = base.account_of(self);
    if (!account) {
      found.account.emplace_back();
      continue;
    }
    const auto [place, is_new] = places.try_emplace(account->value, found.count);
    found.account.emplace_back(place->second);
    if (!is_new) continue;
    for (const ContactOrdinal contact : base.contacts_of(*account)) {
      found.contacts.self.push_back(contact);
      found.contacts.owner.push_back(found.count);
    }
    ++found.count;
  }
  found.contacts.asked = found.contacts.self;
  found.passes.assign(batch.size(), 1);
  if (!source.where) return found;
  found.contacts = found.contacts.filtered(decide(*source.where, found.contacts));
  found.passes = decide(*source.where, {.self = batch.self, .asked = batch.self});
  return found;
}

std::vector<std::int64_t> BatchSweep::count_colleagues(const TypedSource& source, const Batch& batch) {
  const Accounts accounts = accounts_of(source, batch);
  std::vector<std::int64_t> of_account(accounts.count, 0);
  for (const std::uint32_t account : accounts.contacts.owner) ++of_account[account];
  std::vector<std::int64_t> counts(batch.size(), 0);
  for (std::size_t i = 0; i < batch.size(); ++i) if (accounts.account[i]) counts[i] = of_account[*accounts.account[i]] - accounts.passes[i];
  return counts;
}

std::vector<Scalar> BatchSweep::aggregate_colleagues(const TypedOperand& operand, const Batch& batch) {
  const Accounts accounts = accounts_of(operand.source, batch);
  const LeaveOneOut nobody(operand.function, environment_.base.cells);
  std::vector<LeaveOneOut> of_account(accounts.count, nobody);
  for (std::size_t i = 0; i < accounts.contacts.size(); ++i) of_account[accounts.contacts.owner[i]].take(read_path(environment_, accounts.contacts.subject(i), operand.property));
  std::vector<Scalar> values(batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Scalar own = accounts.passes[i] != 0 ? read_path(environment_, Subject::of(batch.self[i]), operand.property) : Scalar{};
    values[i] = accounts.account[i] ? of_account[*accounts.account[i]].without(own) : nobody.without({});
  }
  return values;
}

}  // namespace wanamaker
