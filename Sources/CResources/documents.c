// The program's own documents, for the bot that answers from documents.
#include "CResources.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char document_readme_md[] = {
#embed "../../README.md"
};
static const unsigned char document_sources_ccurl_readme_md[] = {
#embed "../../Sources/CCurl/README.md"
};
static const unsigned char document_sources_ccurses_readme_md[] = {
#embed "../../Sources/CCurses/README.md"
};
static const unsigned char document_sources_ckernels_readme_md[] = {
#embed "../../Sources/CKernels/README.md"
};
static const unsigned char document_sources_clanguagemodel_readme_md[] = {
#embed "../../Sources/CLanguageModel/README.md"
};
static const unsigned char document_sources_cresources_readme_md[] = {
#embed "../../Sources/CResources/README.md"
};
static const unsigned char document_sources_cresources_files_licences_md[] = {
#embed "../../Sources/CResources/files/LICENCES.md"
};
static const unsigned char document_sources_czlib_readme_md[] = {
#embed "../../Sources/CZlib/README.md"
};
static const unsigned char document_sources_classification_readme_md[] = {
#embed "../../Sources/Classification/README.md"
};
static const unsigned char document_sources_engine_readme_md[] = {
#embed "../../Sources/Engine/README.md"
};
static const unsigned char document_sources_entropy_readme_md[] = {
#embed "../../Sources/Entropy/README.md"
};
static const unsigned char document_sources_kernels_readme_md[] = {
#embed "../../Sources/Kernels/README.md"
};
static const unsigned char document_sources_language_readme_md[] = {
#embed "../../Sources/Language/README.md"
};
static const unsigned char document_sources_languagemodel_readme_md[] = {
#embed "../../Sources/LanguageModel/README.md"
};
static const unsigned char document_sources_plotting_readme_md[] = {
#embed "../../Sources/Plotting/README.md"
};
static const unsigned char document_sources_sampling_readme_md[] = {
#embed "../../Sources/Sampling/README.md"
};
static const unsigned char document_sources_statistics_readme_md[] = {
#embed "../../Sources/Statistics/README.md"
};
static const unsigned char document_sources_surface_readme_md[] = {
#embed "../../Sources/Surface/README.md"
};
static const unsigned char document_sources_terminal_readme_md[] = {
#embed "../../Sources/Terminal/README.md"
};
static const unsigned char document_sources_workbenchui_readme_md[] = {
#embed "../../Sources/WorkbenchUI/README.md"
};
static const unsigned char document_sources_workbench_readme_md[] = {
#embed "../../Sources/workbench/README.md"
};
static const unsigned char document_tests_benchmarks_report_md[] = {
#embed "../../Tests/Benchmarks/REPORT.md"
};

#define WB_DOCUMENT(path, bytes) {path, bytes, sizeof(bytes)}

static const wb_document documents[] = {
    WB_DOCUMENT("README.md", document_readme_md),
    WB_DOCUMENT("Sources/CCurl/README.md", document_sources_ccurl_readme_md),
    WB_DOCUMENT("Sources/CCurses/README.md", document_sources_ccurses_readme_md),
    WB_DOCUMENT("Sources/CKernels/README.md", document_sources_ckernels_readme_md),
    WB_DOCUMENT("Sources/CLanguageModel/README.md", document_sources_clanguagemodel_readme_md),
    WB_DOCUMENT("Sources/CResources/README.md", document_sources_cresources_readme_md),
    WB_DOCUMENT("Sources/CResources/files/LICENCES.md", document_sources_cresources_files_licences_md),
    WB_DOCUMENT("Sources/CZlib/README.md", document_sources_czlib_readme_md),
    WB_DOCUMENT("Sources/Classification/README.md", document_sources_classification_readme_md),
    WB_DOCUMENT("Sources/Engine/README.md", document_sources_engine_readme_md),
    WB_DOCUMENT("Sources/Entropy/README.md", document_sources_entropy_readme_md),
    WB_DOCUMENT("Sources/Kernels/README.md", document_sources_kernels_readme_md),
    WB_DOCUMENT("Sources/Language/README.md", document_sources_language_readme_md),
    WB_DOCUMENT("Sources/LanguageModel/README.md", document_sources_languagemodel_readme_md),
    WB_DOCUMENT("Sources/Plotting/README.md", document_sources_plotting_readme_md),
    WB_DOCUMENT("Sources/Sampling/README.md", document_sources_sampling_readme_md),
    WB_DOCUMENT("Sources/Statistics/README.md", document_sources_statistics_readme_md),
    WB_DOCUMENT("Sources/Surface/README.md", document_sources_surface_readme_md),
    WB_DOCUMENT("Sources/Terminal/README.md", document_sources_terminal_readme_md),
    WB_DOCUMENT("Sources/WorkbenchUI/README.md", document_sources_workbenchui_readme_md),
    WB_DOCUMENT("Sources/workbench/README.md", document_sources_workbench_readme_md),
    WB_DOCUMENT("Tests/Benchmarks/REPORT.md", document_tests_benchmarks_report_md),
};

const wb_document *_Nonnull const wb_documents = documents;
const size_t wb_documents_count = sizeof documents / sizeof documents[0];
