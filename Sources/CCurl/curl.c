#include "CCurl.h"

CURLcode wc_set_text(CURL *transfer, CURLoption option, const char *text) { return curl_easy_setopt(transfer, option, text); }

CURLcode wc_set_number(CURL *transfer, CURLoption option, long number) { return curl_easy_setopt(transfer, option, number); }

CURLcode wc_set_headers(CURL *transfer, struct curl_slist *headers) {
    return curl_easy_setopt(transfer, CURLOPT_HTTPHEADER, headers);
}

CURLcode wc_set_body(CURL *transfer, const void *bytes, long count) {
    // The size comes first: libcurl copies as much as it says.
    CURLcode code = curl_easy_setopt(transfer, CURLOPT_POSTFIELDSIZE, count);
    return code != CURLE_OK ? code : curl_easy_setopt(transfer, CURLOPT_COPYPOSTFIELDS, bytes);
}

CURLcode wc_set_receivers(CURL *transfer, wc_receiver body, wc_receiver header, void *context) {
    CURLcode code = curl_easy_setopt(transfer, CURLOPT_WRITEFUNCTION, body);
    if (code == CURLE_OK) code = curl_easy_setopt(transfer, CURLOPT_HEADERFUNCTION, header);
    if (code == CURLE_OK) code = curl_easy_setopt(transfer, CURLOPT_WRITEDATA, context);
    return code != CURLE_OK ? code : curl_easy_setopt(transfer, CURLOPT_HEADERDATA, context);
}

long wc_status(CURL *transfer) {
    long status = 0;
    curl_easy_getinfo(transfer, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

int wc_outcome(CURLM *transfers, CURLcode *outcome) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(transfers, &left))) {
        if (message->msg != CURLMSG_DONE) continue;
        *outcome = message->data.result;
        return 1;
    }
    return 0;
}
