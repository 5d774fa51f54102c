// SPDX-License-Identifier: MIT
// Data never ends a script or opens a tag; numbers stay exact.
#define _GNU_SOURCE /* open_memstream */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/json_column.h"
#include "report/page.h"

#include <cjson/cJSON.h>

static char *page_of(const char *title, const char *plain, const cJSON *data) {
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    assert_non_null(to);
    assert_true(page_write(title, plain, data, to));
    fclose(to);
    return text;
}

static size_t count_of(const char *text, const char *word) {
    size_t count = 0;
    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word))
        count++;
    return count;
}

static void data_never_ends_the_script(void **state) {
    (void)state;
    cJSON *data = cJSON_CreateObject();
    cJSON_AddStringToObject(data, "input", "</script><!-- <script>");
    char *page = page_of("title", "plain", data);
    assert_non_null(strstr(page, "\"\\u003c/script>\\u003c!-- \\u003cscript>\""));
    assert_int_equal(count_of(page, "</script>"), 2);
    free(page);
    cJSON_Delete(data);
}

static void title_and_text_open_no_tag(void **state) {
    (void)state;
    cJSON *data = cJSON_CreateObject();
    char *page = page_of("a<b>&amp;", "</pre><img>", data);
    assert_non_null(strstr(page, "<title>a&lt;b>&amp;amp;</title>"));
    assert_non_null(strstr(page, "&lt;/pre>&lt;img>"));
    assert_null(strstr(page, "<img>"));
    free(page);
    cJSON_Delete(data);
}

static void the_page_is_whole(void **state) {
    (void)state;
    cJSON *data = cJSON_CreateObject();
    char *page = page_of("title", "plain", data);
    assert_memory_equal(page, "<!doctype html>", strlen("<!doctype html>"));
    static const char *const marks[] = {"@TITLE@", "@STYLE@", "@PLAIN@", "@DATA@", "@SCRIPT@"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        assert_null(strstr(page, marks[i]));
    assert_string_equal(page + strlen(page) - strlen("</html>\n"), "</html>\n");
    /* The page fetches nothing: it has no URL, and a policy that forbids it. */
    assert_null(strstr(page, "http:"));
    assert_null(strstr(page, "https:"));
    assert_non_null(strstr(page, "default-src 'none'"));
    free(page);
    cJSON_Delete(data);
}

struct row {
    uint64_t size;
    uint32_t id;
    int32_t slot;
    bool refused;
};

static const struct row rows[] = {
    {0, 7, -1, false},
    {UINT64_C(1) << 53, UINT32_MAX, 4, true},
    {(UINT64_C(1) << 53) + 1, 0, INT32_MIN, false},
    {UINT64_MAX, 1, 0, true},
};

static void assert_column(const struct json_column *column, const char *expected) {
    cJSON *to = cJSON_CreateObject();
    json_column_add(to, column, rows, sizeof *rows, sizeof rows / sizeof *rows);
    char *json = cJSON_PrintUnformatted(to);
    assert_string_equal(json, expected);
    cJSON_free(json);
    cJSON_Delete(to);
}

static void columns_are_exact(void **state) {
    (void)state;
    const struct json_column plain = COLUMN(struct row, size, COLUMN_PLAIN);
    assert_column(&plain, "{\"size\":[0,9007199254740992,\"9007199254740993\","
                          "\"18446744073709551615\"]}");
    const struct json_column known = COLUMN(struct row, size, COLUMN_NULL);
    assert_column(&known, "{\"size\":[0,9007199254740992,\"9007199254740993\",null]}");
    const struct json_column bytes = COLUMN(struct row, size, COLUMN_SIGNED);
    assert_column(&bytes, "{\"size\":[0,9007199254740992,9007199254740993,-1]}");
    const struct json_column id = COLUMN(struct row, id, COLUMN_MINUS_ONE);
    assert_column(&id, "{\"id\":[7,-1,0,1]}");
    const struct json_column slot = COLUMN(struct row, slot, COLUMN_SIGNED);
    assert_column(&slot, "{\"slot\":[-1,4,-2147483648,0]}");
    const struct json_column refused = COLUMN(struct row, refused, COLUMN_PLAIN);
    assert_column(&refused, "{\"refused\":[0,1,0,1]}");
}

static void one_member(void **state) {
    (void)state;
    const struct json_column size = COLUMN(struct row, size, COLUMN_NULL);
    cJSON *to = cJSON_CreateObject();
    json_column_add_member(to, &size, &rows[2]);
    char *json = cJSON_PrintUnformatted(to);
    assert_string_equal(json, "{\"size\":\"9007199254740993\"}");
    cJSON_free(json);
    cJSON_Delete(to);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data_never_ends_the_script),
        cmocka_unit_test(title_and_text_open_no_tag),
        cmocka_unit_test(the_page_is_whole),
        cmocka_unit_test(columns_are_exact),
        cmocka_unit_test(one_member),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
