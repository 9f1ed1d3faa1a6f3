package child

import (
	"encoding/xml"
	"fmt"
	"os"
	"strings"

	"crosstalk/warehouse/engine/internal/folder"
)

// configuration suits one process beside others on a laptop as well as a small server: few background threads, since
// there are a handful of tables and one disk; small caches, since the system's own file cache serves the rest; no log of
// ClickHouse's own, since it quotes statements with their values. The merge_tree limits have to fit into
// background_pool_size times two.
const configuration = `<clickhouse>
    <max_server_memory_usage>%d</max_server_memory_usage>
    <max_server_memory_usage_to_ram_ratio>%s</max_server_memory_usage_to_ram_ratio>
    <mark_cache_size>67108864</mark_cache_size>
    <index_mark_cache_size>8388608</index_mark_cache_size>
    <primary_index_cache_size>67108864</primary_index_cache_size>
    <uncompressed_cache_size>0</uncompressed_cache_size>
    <index_uncompressed_cache_size>0</index_uncompressed_cache_size>
    <query_condition_cache_size>16777216</query_condition_cache_size>
    <compiled_expression_cache_size>33554432</compiled_expression_cache_size>
    <max_thread_pool_free_size>64</max_thread_pool_free_size>
    <max_io_thread_pool_free_size>0</max_io_thread_pool_free_size>
    <background_pool_size>4</background_pool_size>
    <background_merges_mutations_concurrency_ratio>2</background_merges_mutations_concurrency_ratio>
    <background_common_pool_size>2</background_common_pool_size>
    <background_move_pool_size>1</background_move_pool_size>
    <background_fetches_pool_size>1</background_fetches_pool_size>
    <background_schedule_pool_size>8</background_schedule_pool_size>
    <background_buffer_flush_schedule_pool_size>1</background_buffer_flush_schedule_pool_size>
    <background_distributed_schedule_pool_size>1</background_distributed_schedule_pool_size>
    <background_message_broker_schedule_pool_size>1</background_message_broker_schedule_pool_size>
    <tables_loader_foreground_pool_size>4</tables_loader_foreground_pool_size>
    <tables_loader_background_pool_size>2</tables_loader_background_pool_size>
    <backups>
        <allowed_path>%s</allowed_path>
        <remove_backup_files_after_failure>true</remove_backup_files_after_failure>
    </backups>
    <merge_tree>
        <number_of_free_entries_in_pool_to_execute_mutation>2</number_of_free_entries_in_pool_to_execute_mutation>
        <number_of_free_entries_in_pool_to_lower_max_size_of_merge>3</number_of_free_entries_in_pool_to_lower_max_size_of_merge>
        <number_of_free_entries_in_pool_to_execute_optimize_entire_partition>3</number_of_free_entries_in_pool_to_execute_optimize_entire_partition>
    </merge_tree>
</clickhouse>
`

// escaped is a path as it stands in XML.
func escaped(path string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(path)) // a builder takes everything
	return b.String()
}

// writeConfiguration gives ClickHouse its configuration. A memory limit of 0 bytes leaves half of the machine's memory;
// one that is set counts up to nine tenths of it.
func writeConfiguration(f folder.Folder, memoryLimit uint64) error {
	ratio := "0.9"
	if memoryLimit == 0 {
		ratio = "0.5"
	}
	if err := os.WriteFile(f.Config(), fmt.Appendf(nil, configuration, memoryLimit, ratio, escaped(f.Backups())), 0o600); err != nil {
		return fmt.Errorf("data folder %s: write the engine's configuration: %w", string(f), err)
	}
	return nil
}
