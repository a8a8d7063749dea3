#pragma once
// One request that was let in: what a handler gets. Single-threaded.

#include "api/http/address.h"
#include "api/http/fields.h"
#include "api/http/json_body.h"
#include "api/http/message.h"
#include "api/http/repetition.h"
#include "api/http/service.h"

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace wanamaker {

struct Route;

class Call {
 public:
  Call(Service& service, const HttpRequest& request, const Route& route, Address address, std::vector<std::string> parts)
      : service_(service), request_(request), route_(route), address_(std::move(address)), parts_(std::move(parts)), now_(service.now()) {}

  const HttpRequest& request() const { return request_; }
  const Address& address() const { return address_; }
  // What stands in the path where the route's pattern has {…}, in order.
  const std::string& part(std::size_t index) const { return parts_.at(index); }
  const Route& route() const { return route_; }
  Service& service() { return service_; }
  Timestamp now() const { return now_; }

  // The store, held from the first look into it on until release() (workspace.h). Others wait meanwhile: no waiting and no sending in between.
  Workspace& workspace() {
    if (!workspace_) {
      workspace_.emplace(service_.store().engine(), service_.store().sweeper(), service_.questions(), now_);
      workspace_->set_asker(request_.asker);
    }
    return *workspace_;
  }
  void release() { workspace_.reset(); }
  // Between pieces of work that take no base: what comes with many items leaves the processor to questions, up to kWaysGiven in all.
  void give_way() {
    if (request_.body.size() >= kMuchToRead) service_.questions().give_way(way_left_);
  }
  // The body as JSON, parsed once. Errors: usage.
  Result<const Json*> body();
  // Likewise, where one bad item of its list shall not sink the others. A route asks for one of both. Errors: usage.
  Result<const ItemBody*> item_body(std::string_view member);

  // Who asks; empty for a route that asks for nobody's key.
  const Holder& holder() const { return holder_; }
  void let_in(Holder holder) { holder_ = std::move(holder); }
  // Who is written down as author of a change.
  std::string author() const { return holder_.name.empty() ? who() : holder_.name; }
  // Likewise, where the body may say it: programs do things for people. Errors: not_allowed, where a user names somebody else.
  Result<std::string> author(const std::optional<std::string>& by) const;
  // As the audit names whoever asks.
  std::string who() const { return (is_user(holder_.role) ? "user " : "key ") + holder_.id; }

  // What became of a change as an answer; an error is answered as one, and nothing goes with the change.
  using Answering = std::function<Result<HttpResponse>(const SubmitOutcome&)>;
  // Makes a change. Its answer is made before it is written and kept with it, in one block of the log, where the request may come again
  // (repetition.h); so the answer is made of what was known before, and reads no base. Errors: those of submit() and of the answering.
  Result<HttpResponse> change(CommandBody body, const Answering& answer);
  Result<HttpResponse> change(CommandBody body, const HttpResponse& answer);
  // Makes a change that is answered otherwise: what others see of it is in the answer.
  Result<void> make(CommandBody body);
  // What was done and is no command of the log, such as a backup: it is noted, and its answer kept, by themselves. Errors: failure.
  Result<HttpResponse> done(HttpResponse answer);
  // An entry of the audit: who did what to what.
  CommandBody audit_of(std::string who, std::string action, std::string kind, std::string key) const;
  // The key of what is changed, where the address does not say it.
  void set_changed(std::string key) { changed_ = std::move(key); }
  // What goes with a change that is answered so.
  std::vector<CommandBody> beside_change(const HttpResponse& answer) const;
  // A contact that the answer tells of: it is forgotten with each of them.
  void is_about(std::string contact_id) { about_.insert(std::move(contact_id)); }
  bool may_come_again() const { return repetition_.has_value(); }
  // Begins a request that may come again, and finds what was answered to it, if it was.
  Result<std::optional<HttpResponse>> begin_repetition(const Repetition::Asker& asker);
  // After the handler: the answer of a change that was kept with no command is kept by itself. Errors: failure.
  Result<void> keep(const HttpResponse& answer);

  // `at` of the query; now where there is none. Errors: usage.
  Result<Timestamp> at();
  // Likewise of another parameter: an instant, or the beginning of a day. Errors: usage.
  Result<Timestamp> instant_in(const std::string& name, Timestamp otherwise);

 private:
  static constexpr std::chrono::milliseconds kWaysGiven{4};      // a question may hold up an acknowledgement by 5 ms
  static constexpr std::size_t kMuchToRead = 64U << 10;
  Service& service_;
  const HttpRequest& request_;
  const Route& route_;
  Address address_;
  std::vector<std::string> parts_;
  Timestamp now_;
  Holder holder_;
  std::optional<ItemBody> body_;
  std::optional<Workspace> workspace_;
  std::optional<Repetition> repetition_;
  std::vector<CommandBody> audit() const;
  Questions::Clock::duration way_left_ = kWaysGiven;
  bool is_answer_kept_ = false;
  bool is_audited_ = false;
  std::string changed_;
  std::set<std::string> about_;
};

inline HttpResponse answer_json(Json json, int status = 200) { return {.status = status, .json = std::move(json)}; }

}  // namespace wanamaker
