// libcurl's variadic functions, one for each type of argument.
#ifndef WORKBENCH_CCURL_H
#define WORKBENCH_CCURL_H

#include <curl/curl.h>

CURLcode wc_set_text(CURL *transfer, CURLoption option, const char *text);
CURLcode wc_set_number(CURL *transfer, CURLoption option, long number);
CURLcode wc_set_headers(CURL *transfer, struct curl_slist *headers);
// A body that libcurl copies, so that it may go away after the call.
CURLcode wc_set_body(CURL *transfer, const void *bytes, long count);

typedef size_t (*wc_receiver)(char *bytes, size_t size, size_t count, void *context);
CURLcode wc_set_receivers(CURL *transfer, wc_receiver body, wc_receiver header, void *context);

// The status of the last answer received; 0 before any.
long wc_status(CURL *transfer);

// Takes a finished transfer's outcome out of the queue: 1 and the outcome when there is one, else 0.
int wc_outcome(CURLM *transfers, CURLcode *outcome);

#endif
