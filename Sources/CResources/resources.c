// Each file becomes a constant array through #embed (C23; clang takes it in every mode).
#include "CResources.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

#define WB_DEFINE_RESOURCE(name)                                                                                       \
    const unsigned char *_Nonnull const wb_resource_##name = name##_bytes;                                             \
    const size_t wb_resource_##name##_size = sizeof(name##_bytes)

static const unsigned char licences_bytes[] = {
#embed "files/LICENCES.md"
};
WB_DEFINE_RESOURCE(licences);

static const unsigned char text_short_bytes[] = {
#embed "files/text-short.txt"
};
WB_DEFINE_RESOURCE(text_short);

static const unsigned char text_facts_bytes[] = {
#embed "files/text-facts.txt"
};
WB_DEFINE_RESOURCE(text_facts);

static const unsigned char text_biography_bytes[] = {
#embed "files/text-biography.txt"
};
WB_DEFINE_RESOURCE(text_biography);

static const unsigned char text_news_bytes[] = {
#embed "files/text-news.txt"
};
WB_DEFINE_RESOURCE(text_news);

static const unsigned char text_speech_bytes[] = {
#embed "files/text-speech.txt"
};
WB_DEFINE_RESOURCE(text_speech);

static const unsigned char cancer_bytes[] = {
#embed "files/cancer.csv"
};
WB_DEFINE_RESOURCE(cancer);

static const unsigned char digits_bytes[] = {
#embed "files/digits.csv"
};
WB_DEFINE_RESOURCE(digits);

static const unsigned char breast_cancer_bytes[] = {
#embed "files/breast-cancer.csv"
};
WB_DEFINE_RESOURCE(breast_cancer);

static const unsigned char diabetes_bytes[] = {
#embed "files/diabetes.csv"
};
WB_DEFINE_RESOURCE(diabetes);

static const unsigned char stackloss_bytes[] = {
#embed "files/stackloss.csv"
};
WB_DEFINE_RESOURCE(stackloss);

static const unsigned char doctor_visits_bytes[] = {
#embed "files/doctor-visits.csv"
};
WB_DEFINE_RESOURCE(doctor_visits);

static const unsigned char bioassay_bytes[] = {
#embed "files/bioassay.csv"
};
WB_DEFINE_RESOURCE(bioassay);

static const unsigned char sp500_bytes[] = {
#embed "files/sp500.csv"
};
WB_DEFINE_RESOURCE(sp500);

static const unsigned char sp500_posterior_bytes[] = {
#embed "files/sp500-posterior.csv"
};
WB_DEFINE_RESOURCE(sp500_posterior);

static const unsigned char sp500_band_bytes[] = {
#embed "files/sp500-band.csv"
};
WB_DEFINE_RESOURCE(sp500_band);
static const unsigned char orientations_bytes[] = {
#embed "files/orientations.csv"
};
WB_DEFINE_RESOURCE(orientations);

static const unsigned char digit_images_bytes[] = {
#embed "files/digit-images.csv"
};
WB_DEFINE_RESOURCE(digit_images);
static const unsigned char answers_bytes[] = {
#embed "files/answers.jsonl"
};
WB_DEFINE_RESOURCE(answers);

static const unsigned char questions_bytes[] = {
#embed "files/questions.jsonl"
};
WB_DEFINE_RESOURCE(questions);
