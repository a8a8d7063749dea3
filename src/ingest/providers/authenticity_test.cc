#include "ingest/providers/authenticity.h"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sodium.h>

#include <memory>
#include <string>
#include <vector>

namespace wanamaker::authenticity_test {
namespace {

constexpr std::string_view kTopic = "arn:aws:sns:eu-west-1:123456789012:mail-events";
constexpr std::string_view kAt = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-9c6465fa7f48f5cacd23014631ec1136.pem";
constexpr Timestamp kNow{1'772'366'400'000};  // 2026-03-01

// A key of its own, and a certificate that holds for a day before and after kNow.
class Signer {
 public:
  Signer() : key_(EVP_RSA_gen(2'048), EVP_PKEY_free) {
    const std::unique_ptr<X509, decltype(&X509_free)> made(X509_new(), X509_free);
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    ASN1_TIME_set(X509_getm_notBefore(made.get()), kNow.ms / 1'000 - 86'400);
    ASN1_TIME_set(X509_getm_notAfter(made.get()), kNow.ms / 1'000 + 86'400);
    X509_set_pubkey(made.get(), key_.get());
    X509_sign(made.get(), key_.get(), EVP_sha256());
    const std::unique_ptr<BIO, decltype(&BIO_free)> bytes(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_X509(bytes.get(), made.get());
    char* text = nullptr;
    const long size = BIO_get_mem_data(bytes.get(), &text);
    certificate_.assign(text, static_cast<std::size_t>(size));
  }
  const std::string& certificate() const { return certificate_; }

  std::string signature(std::string_view text, const EVP_MD* digest) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key_.get());
    std::size_t size = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size());
    std::vector<unsigned char> made(size);
    EVP_DigestSign(context.get(), made.data(), &size, bytes, text.size());
    std::string base64(sodium_base64_encoded_len(size, sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(base64.data(), base64.size(), made.data(), size, sodium_base64_VARIANT_ORIGINAL);
    base64.pop_back();  // the zero at its end
    return base64;
  }

 private:
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
  std::string certificate_;
};

const Signer& signer() {
  static const Signer made;
  return made;
}

Json notification() {
  return Json::object().set("Type", "Notification").set("MessageId", "22b80b92").set("TopicArn", kTopic).set("Subject", "Amazon SES Email Event Notification").set("Message", "{\"eventType\":\"Bounce\"}")
      .set("Timestamp", "2026-03-01T12:00:00.000Z").set("SigningCertURL", kAt);
}
constexpr std::string_view kTextOfNotification = "Message\n{\"eventType\":\"Bounce\"}\nMessageId\n22b80b92\nSubject\nAmazon SES Email Event Notification\nTimestamp\n2026-03-01T12:00:00.000Z\nTopicArn\narn:aws:sns:eu-west-1:123456789012:mail-events\nType\nNotification\n";

Json changed(const Json& message, std::string_view name, Json value) {
  Json other = Json::object();
  for (const auto& [member, before] : *message.as_object()) other.set(member, member == name ? value : before);
  return other;
}

TEST(SnsSignature, BothVersionsAreGood) {
  for (const auto& [version, digest] : {std::pair("1", EVP_sha1()), std::pair("2", EVP_sha256())}) {
    const Json message = notification().set("SignatureVersion", version).set("Signature", signer().signature(kTextOfNotification, digest));
    EXPECT_TRUE(is_signed_by_sns(message, signer().certificate(), kNow)) << version;
    EXPECT_FALSE(is_signed_by_sns(changed(message, "SignatureVersion", version == std::string_view("1") ? "2" : "1"), signer().certificate(), kNow));
    EXPECT_FALSE(is_signed_by_sns(changed(message, "SignatureVersion", "3"), signer().certificate(), kNow));
  }
}

TEST(SnsSignature, ASubjectMayBeMissing) {
  const Json whole = notification();
  Json message = Json::object();
  for (const auto& [member, value] : *whole.as_object()) if (member != "Subject") message.set(member, value);
  const std::string text = "Message\n{\"eventType\":\"Bounce\"}\nMessageId\n22b80b92\nTimestamp\n2026-03-01T12:00:00.000Z\nTopicArn\narn:aws:sns:eu-west-1:123456789012:mail-events\nType\nNotification\n";
  message.set("SignatureVersion", "2").set("Signature", signer().signature(text, EVP_sha256()));
  EXPECT_TRUE(is_signed_by_sns(message, signer().certificate(), kNow));
}

TEST(SnsSignature, ASubscriptionIsConfirmedUnderOne) {
  Json message = Json::object().set("Type", "SubscriptionConfirmation").set("MessageId", "1").set("Token", "t").set("TopicArn", kTopic).set("Message", "You have chosen").set("SubscribeURL", "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription")
                     .set("Timestamp", "2026-03-01T12:00:00.000Z").set("SignatureVersion", "1").set("SigningCertURL", kAt);
  const std::string text = "Message\nYou have chosen\nMessageId\n1\nSubscribeURL\nhttps://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription\nTimestamp\n2026-03-01T12:00:00.000Z\nToken\nt\nTopicArn\narn:aws:sns:eu-west-1:123456789012:mail-events\nType\nSubscriptionConfirmation\n";
  message.set("Signature", signer().signature(text, EVP_sha1()));
  EXPECT_TRUE(is_signed_by_sns(message, signer().certificate(), kNow));
  EXPECT_FALSE(is_signed_by_sns(changed(message, "SubscribeURL", "https://sns.eu-west-1.amazonaws.com/?other"), signer().certificate(), kNow));
}

TEST(SnsSignature, AnyChangeIsFoundOut) {
  const Json message = notification().set("SignatureVersion", "2").set("Signature", signer().signature(kTextOfNotification, EVP_sha256()));
  for (const std::string_view member : {"Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp"}) {
    EXPECT_FALSE(is_signed_by_sns(changed(message, member, "another"), signer().certificate(), kNow)) << member;
    EXPECT_FALSE(is_signed_by_sns(changed(message, member, Json::array()), signer().certificate(), kNow)) << member;
  }
  for (const std::string_view signature : {"", "AAAA", "no base64 !"}) EXPECT_FALSE(is_signed_by_sns(changed(message, "Signature", signature), signer().certificate(), kNow));
  EXPECT_FALSE(is_signed_by_sns(message, Signer().certificate(), kNow)) << "another's";
  EXPECT_FALSE(is_signed_by_sns(message, "no certificate", kNow));
  EXPECT_FALSE(is_signed_by_sns(message, "", kNow));
  EXPECT_FALSE(is_signed_by_sns(message, signer().certificate(), {kNow.ms + 2 * 86'400'000})) << "it is over";
  EXPECT_FALSE(is_signed_by_sns(message, signer().certificate(), {kNow.ms - 2 * 86'400'000})) << "it has not begun";
  EXPECT_FALSE(is_signed_by_sns(Json(), signer().certificate(), kNow));
}

TEST(SnsSignature, TheCertificateIsOfTheTopicsRegion) {
  EXPECT_EQ(sns_certificate_address(notification(), kTopic), kAt);
  EXPECT_EQ(sns_certificate_address(notification(), "arn:aws:sns:eu-west-1:123456789012:another"), "");
  for (const std::string_view address : {"", "http://sns.eu-west-1.amazonaws.com/x.pem", "https://sns.us-east-1.amazonaws.com/x.pem", "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem", "https://sns.eu-west-1.amazonaws.com:444/x.pem",
                                         "https://a@sns.eu-west-1.amazonaws.com/x.pem", "https://sns.eu-west-1.amazonaws.com@evil.example/x.pem", "https://sns.eu-west-1.amazonaws.com/x.txt", "https://sns.eu-west-1.amazonaws.com/a/b.pem",
                                         "https://sns.eu-west-1.amazonaws.com/?x=.pem", "https://sns.eu-west-1.amazonaws.com/%2e%2e/x.pem", "https://sns.eu-west-1.amazonaws.com.cn/x.pem", "https://evil.example/sns.eu-west-1.amazonaws.com/x.pem"}) {
    EXPECT_EQ(sns_certificate_address(changed(notification(), "SigningCertURL", address), kTopic), "") << address;
  }
  const std::string_view china = "arn:aws-cn:sns:cn-north-1:123456789012:mail.fifo";
  const Json there = changed(changed(notification(), "TopicArn", china), "SigningCertURL", "https://sns.cn-north-1.amazonaws.com.cn/x.pem");
  EXPECT_EQ(sns_certificate_address(there, china), "https://sns.cn-north-1.amazonaws.com.cn/x.pem");
}

TEST(SnsSignature, WhatATopicIs) {
  EXPECT_TRUE(is_sns_topic(kTopic));
  for (const std::string_view text : {"", "a password", "arn:aws:sqs:eu-west-1:123456789012:x", "arn:aws:sns:eu-west-1:123456789012", "arn:aws:sns:eu-west-1:123456789012:", "arn:aws:sns::123456789012:x", "arn:aws:sns:evil.example/:1:x", "arn:aws:sns:eu-west-1:x:y",
                                      "arn:aws:sns:eu-west-1:123456789012:x:y", "arn:evil:sns:eu-west-1:123456789012:x"}) {
    EXPECT_FALSE(is_sns_topic(text)) << text;
  }
}

}  // namespace
}  // namespace wanamaker::authenticity_test
