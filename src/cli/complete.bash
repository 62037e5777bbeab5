# bash ends a word at `:` and at `=`, which references and `--format=json` have inside: such words are put together for the
# program, and of what it offers bash is given what stands behind the last of them.
_image_factory() {
    local line=${COMP_LINE:0:COMP_POINT} words=() count=0 word
    for word in "${COMP_WORDS[@]:0:COMP_CWORD + 1}"; do
        if [[ $count == 0 || $line == [[:space:]]* ]]; then
            line=${line#"${line%%[![:space:]]*}"}
            words[count++]=
        fi
        [[ $line == "$word"* ]] || word=$line
        words[count - 1]+=$word
        line=${line#"$word"}
    done
    local typed=${words[count - 1]}
    local kept=${typed%"${typed##*[:=]}"}
    local COMP_WORDS=("${words[@]}") COMP_CWORD=$((count - 1))
    _clap_complete_image_factory "$1" "$typed"
    COMPREPLY=("${COMPREPLY[@]#"$kept"}")
}
