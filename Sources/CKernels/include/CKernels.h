// Deterministic numerics: the same bits on every machine and instruction set.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "Coefficients.h"
#include "Elementary.h"
#include "Philox.h"
#include "Special.h"
#include "Paths.h"
