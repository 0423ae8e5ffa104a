// The data files that travel inside the executable, so that it runs from any folder.
// To add one: put it into files/, add a line here and one in resources.c.
#pragma once
#include <stddef.h>

#define WB_DECLARE_RESOURCE(name)                                                                                      \
    extern const unsigned char *_Nonnull const wb_resource_##name;                                                     \
    extern const size_t wb_resource_##name##_size

WB_DECLARE_RESOURCE(licences);
WB_DECLARE_RESOURCE(text_short);
WB_DECLARE_RESOURCE(text_facts);
WB_DECLARE_RESOURCE(text_biography);
WB_DECLARE_RESOURCE(text_news);
WB_DECLARE_RESOURCE(text_speech);
WB_DECLARE_RESOURCE(cancer);
WB_DECLARE_RESOURCE(digits);
WB_DECLARE_RESOURCE(breast_cancer);
WB_DECLARE_RESOURCE(diabetes);
WB_DECLARE_RESOURCE(stackloss);
WB_DECLARE_RESOURCE(doctor_visits);
WB_DECLARE_RESOURCE(bioassay);
WB_DECLARE_RESOURCE(sp500);
WB_DECLARE_RESOURCE(sp500_posterior);
WB_DECLARE_RESOURCE(sp500_band);
WB_DECLARE_RESOURCE(orientations);
WB_DECLARE_RESOURCE(digit_images);
WB_DECLARE_RESOURCE(answers);
WB_DECLARE_RESOURCE(questions);

/// A document of this program.
typedef struct {
    const char *_Nonnull name;
    const unsigned char *_Nonnull bytes;
    size_t size;
} wb_document;

/// The documents of this program, by name.
extern const wb_document *_Nonnull const wb_documents;
extern const size_t wb_documents_count;
