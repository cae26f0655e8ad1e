/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EMS_VERSION_H
#define EMS_VERSION_H

#define VERSION_MAJOR 2U
#define VERSION_MINOR 1U
#define VERSION_PATCH 0U

#endif
