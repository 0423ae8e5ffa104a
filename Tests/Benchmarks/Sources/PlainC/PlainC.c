#include "PlainC.h"
#include <math.h>

#define LOOP(name, call) \
  void plain_##name(const double *x, double *y, size_t n) { \
    for (size_t i = 0; i < n; i++) y[i] = call; \
  }
LOOP(exp, exp(x[i]))
LOOP(expm1, expm1(x[i]))
LOOP(log, log(x[i]))
LOOP(log1p, log1p(x[i]))
LOOP(sin, sin(x[i]))
LOOP(cos, cos(x[i]))
LOOP(tanh, tanh(x[i]))
LOOP(pow, pow(x[i], 1.7))

void plain_envelope(const double *y, size_t n, size_t columns, double *low, double *high) {
  for (size_t c = 0; c < columns; c++) {
    size_t start = n * c / columns, end = n * (c + 1) / columns;
    double least = INFINITY, greatest = -INFINITY;
    for (size_t i = start; i < end; i++) {
      if (y[i] < least) least = y[i];
      if (y[i] > greatest) greatest = y[i];
    }
    low[c] = least;
    high[c] = greatest;
  }
}

static uint64_t words[4];

static uint64_t rotated(uint64_t x, int k) { return x << k | x >> (64 - k); }

// xoshiro256+ (Blackman & Vigna 2018).
static uint64_t next(void) {
  uint64_t result = words[0] + words[3], t = words[1] << 17;
  words[2] ^= words[0];
  words[3] ^= words[1];
  words[1] ^= words[2];
  words[0] ^= words[3];
  words[2] ^= t;
  words[3] = rotated(words[3], 45);
  return result;
}

static double uniform(void) { return (double)(next() >> 11) * 0x1p-53; }

// Two normal numbers by Marsaglia's polar method.
static void normals(double *a, double *b) {
  double u, v, s;
  do {
    u = 2 * uniform() - 1;
    v = 2 * uniform() - 1;
    s = u * u + v * v;
  } while (s >= 1 || s == 0);
  double r = sqrt(-2 * log(s) / s);
  *a = u * r;
  *b = v * r;
}

void plain_sgld(const double *data, size_t n, size_t batch, size_t updates, double a, double b, double gamma, double *trace) {
  words[0] = 1; words[1] = 2; words[2] = 3; words[3] = 4;
  for (int i = 0; i < 100; i++) next();
  double t1 = 1, t2 = 1;
  for (size_t t = 0; t < updates; t++) {
    double s1 = 0, s2 = 0;
    for (size_t k = 0; k < batch; k++) {
      double d = data[(size_t)(uniform() * (double)n)] - t1;
      double r = 1 / (1 + exp(-t2 * (d / 2 - t2 / 4)));
      s1 += (d - r * t2) / 2;
      s2 += r * (d - t2) / 2;
    }
    double scale = (double)n / (double)batch, z1, z2;
    double step = a * pow(b + (double)t, -gamma), root = sqrt(step);
    normals(&z1, &z2);
    t1 += step / 2 * (scale * s1 - t1 / 10) + root * z1;
    t2 += step / 2 * (scale * s2 - t2) + root * z2;
    trace[2 * t] = t1;
    trace[2 * t + 1] = t2;
  }
}
