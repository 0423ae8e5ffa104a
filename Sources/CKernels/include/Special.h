// Functions of one number that are too long to inline. Accuracy is stated in Sources/Kernels.
#pragma once

double wb_atan2(double y, double x);
double wb_pow(double x, double y);
double wb_log2(double x);
double wb_log10(double x);
double wb_lgamma(double x);
double wb_digamma(double x);
double wb_trigamma(double x);
double wb_erf(double x);
double wb_erfc(double x);
