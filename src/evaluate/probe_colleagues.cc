// What the contacts of a large account say, once for all of them; each contact is told what the others say.

#include "evaluate/asked_about.h"
#include "evaluate/probe.h"

#include <algorithm>

namespace wanamaker {
namespace {

constexpr std::size_t kContactsLeast = 4;  // going through fewer costs less than looking up what they said

}  // namespace

std::optional<AccountOrdinal> Probe::shared_account(const TypedSource& source, const Subject& subject) const {
  const auto account = environment_.base.account_of(subject.self);
  if (!account || environment_.base.contacts_of(*account).size() < kContactsLeast || !shares_colleagues(source)) return std::nullopt;
  return account;
}

const AccountMemo::Contacts& Probe::passing_of(const TypedSource& source, AccountOrdinal account) {
  return memo_.passing(source, account, [&] {
    AccountMemo::Contacts found;
    const bool outer = std::exchange(quiet_, true);
    for (const ContactOrdinal contact : environment_.base.contacts_of(account)) {
      if (environment_.is_stopped()) break;
      if (!source.where || decide(*source.where, Subject::of(contact))) found.push_back(contact);
    }
    quiet_ = outer;
    std::ranges::sort(found, {}, &ContactOrdinal::value);
    return found;
  });
}

std::size_t Probe::count_records(const TypedSource& source, const Subject& subject) {
  const auto account = shared_account(source, subject);
  if (!account) return select_records(source, subject).size();
  const AccountMemo::Contacts& passing = passing_of(source, *account);
  return passing.size() - (std::ranges::binary_search(passing, subject.self.value, {}, &ContactOrdinal::value) ? 1 : 0);
}

Scalar Probe::aggregate_of_others(const TypedOperand& operand, AccountOrdinal account, ContactOrdinal contact) {
  const AccountMemo::Contacts& passing = passing_of(operand.source, account);
  const auto value_of = [&](ContactOrdinal of) { return read_path(environment_, Subject::of(of), operand.property); };
  const LeaveOneOut& all = memo_.aggregate(operand, account, [&] {
    LeaveOneOut found(operand.function, environment_.base.cells);
    for (const ContactOrdinal of : passing) found.take(value_of(of));
    return found;
  });
  return all.without(std::ranges::binary_search(passing, contact.value, {}, &ContactOrdinal::value) ? value_of(contact) : Scalar{});
}

}  // namespace wanamaker
