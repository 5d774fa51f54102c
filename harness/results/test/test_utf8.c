// SPDX-License-Identifier: MIT
// Any text becomes text that JSON and XML can hold.
#include "results/utf8.h"

#include "results/json_members.h"
#include "results/uri.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void check_clean(const char *text, const char *expected) {
    char *copy = utf8_copy(text);
    assert_non_null(copy);
    assert_string_equal(copy, expected);
    free(copy);
}

static void keeps_valid_text(void **state) {
    (void)state;
    check_clean("", "");
    check_clean("a\tb\nc ~", "a\tb\nc ~");
    check_clean("gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80",
                "gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80");
}

static void escapes_invalid_bytes(void **state) {
    (void)state;
    check_clean("\x1B[1m\r\x7F", "\\x1B[1m\\x0D\\x7F");
    check_clean("\xFFx\x80", "\\xFFx\\x80");
    check_clean("\xC3", "\\xC3");
    check_clean("\xC0\x80", "\\xC0\\x80");                   /* an overlong zero byte */
    check_clean("\xE0\x9F\xBF", "\\xE0\\x9F\\xBF");          /* overlong */
    check_clean("\xED\xA0\x80", "\\xED\\xA0\\x80");          /* a surrogate */
    check_clean("\xEF\xBF\xBF", "\\xEF\\xBF\\xBF");          /* not a character in XML */
    check_clean("\xF4\x90\x80\x80", "\\xF4\\x90\\x80\\x80"); /* above U+10FFFF */
}

static void keeps_numbers_exact(void **state) {
    (void)state;
    cJSON *object = cJSON_CreateObject();
    json_add_number(object, "most", UINT64_MAX);
    assert_null(json_add_text(object, "none", NULL));
    char *text = cJSON_PrintUnformatted(object);
    assert_string_equal(text, "{\"most\":18446744073709551615}");
    cJSON_free(text);
    cJSON_Delete(object);
}

static void check_uri(const char *path, const char *expected) {
    char *uri = uri_of_path(path);
    assert_non_null(uri);
    assert_string_equal(uri, expected);
    free(uri);
}

static void encodes_paths(void **state) {
    (void)state;
    check_uri("a/b-1_c.ops", "a/b-1_c.ops");
    check_uri("/a b", "file:///a%20b");
    check_uri("c:1#%?", "c%3A1%23%25%3F");
    check_uri("\xFF", "%FF");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_valid_text),
        cmocka_unit_test(escapes_invalid_bytes),
        cmocka_unit_test(keeps_numbers_exact),
        cmocka_unit_test(encodes_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
