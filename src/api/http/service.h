#pragma once
// The server without its sockets: a store, a clock, keys, and an answer for every request. Thread-safe: answer() is called by many.
// Key idea: a request gets a Call only after its key was looked up and its permission found in the one table; the Call alone reaches
// the store. While a Call holds its workspace, others that read wait; data that are committed meanwhile are applied after it (engine.h, reading()).

#include "api/http/address.h"
#include "api/http/first_admin.h"
#include "api/http/key_rates.h"
#include "api/http/login_guard.h"
#include "api/http/message.h"
#include "api/http/metrics.h"
#include "api/http/permissions.h"
#include "api/http/provider_inbox.h"
#include "api/http/sns_certificates.h"
#include "api/http/repetition.h"
#include "api/http/session.h"
#include "api/import_jobs.h"
#include "api/keys.h"
#include "api/passwords.h"
#include "api/workspace.h"
#include "base/mutex.h"
#include "delivery/courier.h"
#include "engine/clock.h"
#include "engine/rewriter.h"

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace wanamaker {

struct ServiceOptions {
  std::string directory;
  std::optional<Timestamp> start_at = {};  // the wall clock says this at the start and runs on from it: for tests and documents
  std::string backups = {};                // the directory that they go to; empty: none are made over HTTP
  HouseAddresses webhooks_to_house = HouseAddresses::are_refused;
  std::uint64_t requests_per_key = KeyRates::kPerSecond;  // a second, of one key or user; 0: no limit
  std::chrono::seconds question_most{10};  // for as long a request may hold the base; 0: no limit
  bool is_behind_tls = false;              // a proxy in front speaks https: addresses that are given out say so
};

// Who waits for what: requests that only read shall not keep those that write from being taken in.
enum class Lane : std::uint8_t { at_once, writes, reads };

class Service {
 public:
  // Opens or makes the store and lets time run up to now. Errors: those of Workspace::open.
  static Result<std::unique_ptr<Service>> open(const ServiceOptions& options);

  // Which workers a request is for, told from its method and path alone.
  Lane lane_of(const HttpRequest& request) const;
  // Whether answers go to browsers of any origin.
  static bool is_tracking_target(std::string_view target);
  // Whether who sends may be told by the body alone: tracking, and what providers sign.
  static bool may_show_key_later(std::string_view target);
  // How many bytes its body may have.
  static std::size_t body_bytes_max(std::string_view target);
  // Whether a key that counts, or a session, comes with the header. Never waits for the store: both are noted where they change.
  bool is_known(const HttpRequest& request);
  // The id of the key or user that the header names; empty: of nobody who counts. Likewise cheap.
  std::string asker_of(const HttpRequest& request);
  // How many milliseconds an asker has to wait before this may be asked; 0: it may. To be asked once a request.
  std::int64_t wait_of(const std::string& asker);
  KeyRates& rates() { return rates_; }
  // Whether the body goes to disk as it comes.
  static bool is_upload(Method method, std::string_view target);
  // Before such a body: makes the request's upload, or says why not. To be asked by a worker.
  std::optional<HttpResponse> begin_upload(HttpRequest& request);
  // Never throws. What was to be written is durable when it returns.
  HttpResponse answer(HttpRequest request);
  // Whether it may be one of answer_together(), told without reading its body.
  static bool may_go_together(const HttpRequest& request);
  // Likewise of several at a time, written as one. Nothing where one has to be answered by itself: of such nothing was written.
  std::vector<std::optional<HttpResponse>> answer_together(std::span<HttpRequest* const> requests);
  // Lets time run where it changes something. To be called often.
  void tick();
  // What people are told of the clock; empty while it runs.
  std::string clock_note();
  void confirm_clock();
  // From now on readiness is denied: the process ends soon, and what is asked has an end sooner.
  void close() {
    is_closing_ = true;
    questions_.end(kLeftForQuestions);
    imports_->stop();
    courier_->stop();
    rewriter_->stop();
  }

  Metrics& metrics() { return metrics_; }
  Questions& questions() { return questions_; }
  ProviderInbox& provider_inbox() { return provider_inbox_; }
  SnsCertificates& sns_certificates() { return sns_certificates_; }
  Courier& courier() { return *courier_; }
  ImportJobs& imports() { return *imports_; }
  Rewriter& rewriter() { return *rewriter_; }
  // For a Call:
  Workspace& store() { return *store_; }
  Timestamp now();
  bool is_closing() const { return is_closing_; }
  // Held over reading a version and writing because of it (If-Match).
  Mutex& edits() { return edits_; }
  // Held while names come into the schema that were not there; taken before edits().
  Mutex& naming() { return naming_; }
  UnderWay& under_way() { return under_way_; }
  // Who gets in, as it is; requests are let in by it without waiting for those who read. Never nothing.
  struct Admission {
    AccessKeys keys;
    Sessions sessions;
    Users users;
  };
  std::shared_ptr<const Admission> admission();
  // Of somebody who was erased nothing stays beside the store either, and the store's files are rewritten later.
  void forget_erased();
  // After keys, sessions or users were changed, before that is answered.
  void note_access(Workspace& workspace);
  Passwords& passwords() { return passwords_; }
  LoginGuard& login_guard() { return login_guard_; }
  FirstAdmin& first_admin() { return first_admin_; }
  // The path of the one-time link that makes the first admin; empty where there are users. To be asked once, at the start.
  std::string first_admin_link();
  Scheme scheme() const { return options_.is_behind_tls ? Scheme::https : Scheme::http; }
  // Whether whoever was let in would be so now.
  bool is_still_in(const Holder& holder, Workspace& workspace);
  bool is_behind_tls() const { return options_.is_behind_tls; }
  const std::string& backups() const { return options_.backups; }

 private:
  static constexpr std::chrono::seconds kLeftForQuestions{2};  // at the end of the process
  Service(const ServiceOptions& options, std::unique_ptr<Workspace> store);
  HttpResponse routed(HttpRequest& request);

  ServiceOptions options_;
  std::unique_ptr<Workspace> store_;  // owns the engine; requests read through workspaces beside it
  Questions questions_;
  Mutex clock_mutex_;
  HeldClock clock_ WM_GUARDED_BY(clock_mutex_);
  Mutex naming_;
  Mutex edits_;
  Mutex admission_mutex_;
  std::shared_ptr<const Admission> admission_ WM_GUARDED_BY(admission_mutex_);  // immutable: requests keep what they were let in by
  Metrics metrics_;
  ProviderInbox provider_inbox_;
  SnsCertificates sns_certificates_;
  UnderWay under_way_;
  Passwords passwords_;
  LoginGuard login_guard_;
  KeyRates rates_;
  FirstAdmin first_admin_;
  std::atomic<bool> is_closing_ = false;
  std::unique_ptr<ImportJobs> imports_;  // these three last: their threads end before the rest goes
  std::unique_ptr<Courier> courier_;
  std::unique_ptr<Rewriter> rewriter_;
};

}  // namespace wanamaker
